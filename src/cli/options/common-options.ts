import type { Command } from 'commander'
import { wholeNumber } from './parse-options.ts'

// Options that commands have in common. Each command takes those that mean something to it.

export const idOption = ['--id <id>', 'ID of the project or cluster; for a team it can be left out'] as const

/** The key for this call only, and a file to take options from. */
export const withKey = (command: Command): Command =>
  command
    .option('--apiKey <key>', 'API key for this call only; it is visible to others on this machine')
    .option('--optionsFile <file>', 'YAML file of options, by their names without dashes')
    .option('--createOptionsFile <file>', 'write such a file to fill in, and do nothing else')

/** For commands that print data. */
export const withJson = (command: Command): Command => command.option('--json', 'print everything as JSON')

/** For commands that change what workloads get. */
export const withExpected = (command: Command): Command =>
  command
    .option(
      '--expect-affected <number>',
      'do it only if so many pairs of project and cluster are affected',
      wholeNumber,
    )
    .option('--yes', 'do not ask')
