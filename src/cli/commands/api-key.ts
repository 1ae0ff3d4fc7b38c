import type { Command } from 'commander'
import type { Context } from '#cli/context.ts'
import { CommandError, exitCodes } from '#cli/exit.ts'
import { withExamples } from '#cli/options/declare-options.ts'
import { readKeyFile, removeKey, storeKey } from '#cli/options/key-file.ts'
import { addressInEffect, keyFileOf } from '#cli/options/settings.ts'
import { printable } from '#cli/output/printable.ts'
import { readText } from '#cli/prompt/read-text.ts'
import { isApiKey, maskedApiKey } from '#shared/people/api-key.ts'

export const apiKeyCommand = (command: Command, context: Context): void => {
  command
    .description('Keep an API key in ~/.paperspace/config.json, for all further commands with this server.')
    .argument('[key]', 'the key; without it, it comes from a hidden prompt or stdin')
    .action((key) => keepKey(context, key))
  withExamples(command, [
    ['Paste the key at a prompt', 'gradient apiKey'],
    ['From a file', 'gradient apiKey < key.txt'],
  ])
}

export const logoutCommand = (command: Command, context: Context): void => {
  command
    .description('Take the API key of this server out of ~/.paperspace/config.json.')
    .action(() => dropKey(context))
}

/** Stores an API key in the key file, for the server in effect. */
const keepKey = async ({ io }: Context, given: string | undefined): Promise<void> => {
  const file = keyFileOf(io)
  // Report an unusable file before asking for the key.
  const address = addressInEffect(io, await readKeyFile(file))
  if (given !== undefined) io.note('A key on the command line is visible to others on this machine.')
  const asked = async () => (io.interactive ? io.askHidden('API key: ') : (await readText(io, '-', 10_000)).text)
  const key = (given ?? (await asked())).trim()
  if (key === '') {
    const hint = 'Pass the key by stdin, or as an argument.'
    throw new CommandError(exitCodes.usage, 'There is no key.', { hint })
  }
  if (!isApiKey(key)) throw notOurs(key)
  await storeKey(file, { address, apiKey: key })
  io.note(`Kept the key ${maskedApiKey(key)} for “${printable(address)}” in “${printable(file)}”.`)
  if (io.env.PAPERSPACE_API_KEY) io.note('PAPERSPACE_API_KEY is set, and is used instead.')
}

/** Removes the key of the server in effect from the key file. The key stays valid. */
const dropKey = async ({ io }: Context): Promise<void> => {
  const file = keyFileOf(io)
  const stored = await readKeyFile(file)
  const address = addressInEffect(io, stored)
  const others = [...stored.keys.keys()].filter((one) => one !== address)
  if (stored.keys.has(address) || stored.unbound) {
    await removeKey(file, address)
    io.note(`Took the key out of “${printable(file)}”. It stays valid until it is revoked in the console.`)
  } else io.note('No key was kept.')
  if (others.length > 0) {
    const listed = others.map((one) => `“${printable(one)}”`).join(', ')
    io.note(`Keys of other servers stay in it: ${listed}. PAPERSPACE_CONFIG_HOST names the one to sign out from.`)
  }
  if (io.env.PAPERSPACE_API_KEY) io.note('PAPERSPACE_API_KEY is set, and is still used.')
}

const notOurs = (key: string): CommandError =>
  key.startsWith('gsec_')
    ? new CommandError(exitCodes.usage, 'The key is not whole or has a mistake in it.', { hint: 'Copy it again.' })
    : new CommandError(exitCodes.usage, 'This is no key of Gradient Secrets: they begin with “gsec_”.', {
        hint: 'Keys of the old service are of no use here. Make one in the console, or run “gradient login”.',
      })
