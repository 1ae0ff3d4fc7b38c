import type { Command } from 'commander'
import type { Context } from '#cli/context.ts'
import { withJson, withKey } from '#cli/options/common-options.ts'
import { scopeArgument, withExamples } from '#cli/options/parse-options.ts'

export const declareImport = (secrets: Command, context: Context): void => {
  const command = secrets
    .command('import')
    .description('Set the secrets of a .env file, after showing what that will do.')
    .argument('<file>', 'the .env file; “-” for stdin')
    .addArgument(scopeArgument())
    .option('--id <id>', 'ID of the project or cluster; for a team it can be left out')
    .option('--dry-run', 'show what it would do, and write nothing')
    .option('--replace', 'replace secrets that are there; without it they are kept, and the exit code is 1')
    .option('--yes', 'do not ask')
  withExamples(withJson(withKey(command)), [
    ['Show what it would do', 'gradient secrets import .env team --dry-run'],
    ['Show it, and ask', 'gradient secrets import .env project --id prxxxxxxxxxx'],
    ['In a script', 'gradient secrets import - cluster --id clxxxxxxxxxx --replace --yes < .env'],
  ]).action(async (file, scope, options) => (await import('./import.ts')).importSecrets(context, file, scope, options))
}
