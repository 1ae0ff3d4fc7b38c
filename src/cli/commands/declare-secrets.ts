import type { Command } from 'commander'
import type { Context } from '#cli/context.ts'
import { idOption, withExpected, withJson, withKey } from '#cli/options/common-options.ts'
import { scopeArgument, withExamples } from '#cli/options/parse-options.ts'
import { declareHistory } from './declare-history.ts'
import { declareImport } from './declare-import.ts'

/** Commands for the secrets of one scope. */
export const declareSecrets = (program: Command, context: Context): void => {
  const secrets = program.command('secrets').description('Set, list and delete secrets.')

  const set = secrets
    .command('set')
    .description('Set a secret, new or not. Its value comes from a hidden prompt, stdin or a file.')
    .addArgument(scopeArgument())
    .option(...idOption)
    .option('--name <name>', 'name of the secret; asked for when missing')
    .option('--value <value>', 'its value; it is visible to others on this machine, so better by stdin or a file')
    .option('--from-file <file>', 'file that holds the value, taken as it is')
    .option('--raw', 'keep the line break at the end of a value from stdin')
    .option('--if-absent', 'refuse to replace a secret of this name')
  withExamples(withKey(withExpected(set)), [
    ['Type the value at a prompt', 'gradient secrets set team --name AWS_KEY'],
    ['From another program', 'pass show db | gradient secrets set project --id prxxxxxxxxxx --name DB_PASSWORD'],
    ['A file as it is', 'gradient secrets set cluster --id clxxxxxxxxxx --name CA_CERT --from-file ca.pem'],
  ]).action(async (scope, options) => (await import('./set.ts')).set(context, scope, options))

  const list = secrets
    .command('list')
    .description('List the names of the secrets of a scope.')
    .addArgument(scopeArgument())
    .option(...idOption)
  withExamples(withKey(withJson(list)), [
    ['Names of the team’s secrets', 'gradient secrets list team'],
    ['Names only, without a table', "gradient secrets list team --json | jq -r '.[].name'"],
  ]).action(async (scope, options) => (await import('./list.ts')).list(context, scope, options))

  const remove = secrets
    .command('delete')
    .description('Move a secret to the trash.')
    .addArgument(scopeArgument())
    .option(...idOption)
    .option('--name <name>', 'name of the secret; asked for when missing')
  withExamples(withKey(withExpected(remove)), [
    ['Show what it will touch, and ask', 'gradient secrets delete project --id prxxxxxxxxxx --name DB_PASSWORD'],
    ['In a script, unless something uses it', 'gradient secrets delete team --name OLD --expect-affected 0'],
  ]).action(async (scope, options) => (await import('./delete.ts')).deleteSecret(context, scope, options))

  declareImport(secrets, context)
  declareHistory(secrets, context)
}
