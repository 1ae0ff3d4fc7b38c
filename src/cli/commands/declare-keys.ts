import type { Command } from 'commander'
import type { Context } from '#cli/context.ts'
import { withExamples } from '#cli/options/parse-options.ts'

/** Commands for the key file. */
export const declareKeys = (program: Command, context: Context): void => {
  const apiKey = program
    .command('apiKey')
    .description('Keep an API key in ~/.paperspace/config.json, for all further commands.')
    .argument('[key]', 'the key; without it, it comes from a hidden prompt or stdin')
  withExamples(apiKey, [
    ['Paste the key at a prompt', 'gradient apiKey'],
    ['From a file', 'gradient apiKey < key.txt'],
  ]).action(async (key) => (await import('./keys.ts')).keepKey(context, key))

  program
    .command('logout')
    .description('Take the API key out of ~/.paperspace/config.json.')
    .action(async () => (await import('./keys.ts')).dropKey(context))
}
