import { Command } from 'commander'
import type { Context } from './context.ts'
import { declareSecrets } from './declare/secrets.ts'

/**
 * Every command with its options. Only declarations stand here: what a command does is loaded when it is called, so
 * that the start of each costs nothing for the others.
 */
export const createProgram = (context: Context): Command => {
  const program = new Command('gradient')
    .description('Secrets for the workloads of a team.')
    .exitOverride()
    .enablePositionalOptions()
  declareSecrets(program, context)
  return program
}
