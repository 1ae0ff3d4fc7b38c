import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { withExamples } from './parse.ts'

/** Commands for the key file. */
export const declareKeys = (program: Command, context: Context): void => {
  const apiKey = program
    .command('apiKey')
    .description('Keep an API key in ~/.paperspace/config.json, for all further commands.')
    .argument('[key]', 'the key; without it, it comes from a hidden prompt or stdin')
  withExamples(apiKey, [
    ['Paste the key at a prompt', 'gradient apiKey'],
    ['From a file', 'gradient apiKey < key.txt'],
  ]).action(async (key) => (await import('../commands/keys.ts')).keepKey(context, key))

  program
    .command('logout')
    .description('Take the API key out of ~/.paperspace/config.json.')
    .action(async () => (await import('../commands/keys.ts')).dropKey(context))
}
