import type { Command } from 'commander'
import type { Context } from '#cli/context.ts'
import { CommandError, exitCodes } from '#cli/exit.ts'
import type { Io } from '#cli/io.ts'
import { findTrashed } from '#cli/lookup/find-trashed.ts'
import { secretNameOption, versionNumber, withExamples, withKey, withScope } from '#cli/options/declare-options.ts'
import { requireName, scopeFrom } from '#cli/options/validate-input.ts'
import type { ScopeKind } from '#shared/scope.ts'

export const secretsPurgeCommand = (command: Command, context: Context): void => {
  withScope(command)
    .description('Erase an old version, or a deleted secret with all of its. It cannot be undone.')
    .option(...secretNameOption)
    .option('--version <number>', 'version to erase; without it, the secret is erased from the trash', versionNumber)
    .option('--yes', 'do not ask')
    .action((scope, options) => purgeSecret(context, scope, options))
  withExamples(withKey(command), [
    ['A value that nobody must have any more', 'gradient secrets purge team --name AWS_KEY --version 2'],
    ['What was deleted, in a script', 'gradient secrets purge project --id prxxxxxxxxxx --name OLD --yes'],
  ])
}

type PurgeOptions = { id?: string; name?: string; version?: number; yes?: true }

/** Erases an old version, or the secret that was deleted last under this name. */
const purgeSecret = async (context: Context, kind: ScopeKind, options: PurgeOptions): Promise<void> => {
  const { io } = context
  const scope = scopeFrom(kind, options.id)
  if (!options.yes && !io.interactive) throw cannotAsk()
  const client = await context.client()
  const name = await requireName(io, options.name)
  const { version } = options

  if (version === undefined) {
    const [{ id, versions }, ...older] = await findTrashed(client, scope, name)
    const what = `“${name}” with ${versions} version${versions === 1 ? '' : 's'}, which cannot be restored then`
    await confirmName(io, options, what, name)
    await client.trash.purge(scope, id)
    if (older.length > 0) io.note(`The trash has “${name}” ${older.length} more time${older.length === 1 ? '' : 's'}.`)
    io.print(`Purged ${kind} secret '${name}' from the trash`)
  } else {
    await confirmName(io, options, `version ${version} of “${name}”, which cannot be restored then`, name)
    await client.secrets.purgeVersion(scope, name, version)
    io.print(`Purged version ${version} of ${kind} secret '${name}'`)
  }
}

/** Asks to type the name, because a purge cannot be undone. */
const confirmName = async (io: Io, { yes }: PurgeOptions, what: string, name: string): Promise<void> => {
  if (yes) return
  io.note(`This erases ${what}.`)
  if ((await io.ask(`Type the name to erase it: `)).trim() !== name) {
    throw new CommandError(exitCodes.failed, 'That is not its name. Nothing was erased.')
  }
}

const cannotAsk = (): CommandError =>
  new CommandError(exitCodes.usage, 'Nothing was erased: nobody can be asked, as there is no terminal.', {
    hint: 'Give “--yes” to do it unasked.',
  })
