import { Argument, type Command } from 'commander'
import { scopeKinds } from '#shared/scope.ts'
import type { Context } from '../context.ts'

export const declareSecrets = (program: Command, context: Context): void => {
  const secrets = program.command('secrets').description('Set, list and delete secrets.')
  secrets
    .command('list')
    .description('List the names of the secrets of a scope.')
    .addArgument(new Argument('<scope>', 'where they are stored').choices(scopeKinds))
    .option('--id <id>', 'ID of the project or cluster')
    .action(async (scope, options) => (await import('../commands/list.ts')).list(context, scope, options))
}
