import type { Command } from 'commander'
import type { Context } from '#cli/context.ts'
import { idOption, withExpected, withJson, withKey } from '#cli/options/common-options.ts'
import { scopeArgument, versionNumber, withExamples } from '#cli/options/parse-options.ts'

const nameOption = ['--name <name>', 'name of the secret; asked for when missing'] as const

/** Commands for what secrets were, and for what was deleted. */
export const declareHistory = (secrets: Command, context: Context): void => {
  const history = secrets
    .command('history')
    .description('List the versions that are kept of a secret.')
    .addArgument(scopeArgument())
    .option(...idOption)
    .option(...nameOption)
  withExamples(withKey(withJson(history)), [
    ['Who set it when, and which versions have the same value', 'gradient secrets history team --name AWS_KEY'],
  ]).action(async (scope, options) => (await import('./history.ts')).history(context, scope, options))

  const restore = secrets
    .command('restore')
    .description('Give a secret an old value again, or put a deleted one back.')
    .addArgument(scopeArgument())
    .option(...idOption)
    .option(...nameOption)
    .option(
      '--version <number>',
      'version whose value it gets; without it, it is put back from the trash',
      versionNumber,
    )
  withExamples(withKey(withExpected(restore)), [
    ['Undo a deletion', 'gradient secrets restore project --id prxxxxxxxxxx --name DB_PASSWORD'],
    ['The value of version 3 again', 'gradient secrets restore team --name AWS_KEY --version 3'],
  ]).action(async (scope, options) => (await import('./restore.ts')).restore(context, scope, options))

  const purge = secrets
    .command('purge')
    .description('Erase an old version, or a deleted secret with all of its. It cannot be undone.')
    .addArgument(scopeArgument())
    .option(...idOption)
    .option(...nameOption)
    .option('--version <number>', 'version to erase; without it, the secret is erased from the trash', versionNumber)
    .option('--yes', 'do not ask')
  withExamples(withKey(purge), [
    ['A value that nobody must have any more', 'gradient secrets purge team --name AWS_KEY --version 2'],
    ['What was deleted, in a script', 'gradient secrets purge project --id prxxxxxxxxxx --name OLD --yes'],
  ]).action(async (scope, options) => (await import('./purge.ts')).purge(context, scope, options))

  const trash = secrets
    .command('trash')
    .description('List the secrets that were deleted and can be put back.')
    .addArgument(scopeArgument())
    .option(...idOption)
  withExamples(withKey(withJson(trash)), [
    ['What was deleted in a project', 'gradient secrets trash project --id prxxxxxxxxxx'],
  ]).action(async (scope, options) => (await import('./trash.ts')).trash(context, scope, options))
}
