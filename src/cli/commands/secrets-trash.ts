import type { Command } from 'commander'
import type { Context } from '#cli/context.ts'
import { allPages } from '#cli/http/all-pages.ts'
import { withExamples, withJson, withKey, withScope } from '#cli/options/declare-options.ts'
import { scopeFrom } from '#cli/options/validate-input.ts'
import { printList } from '#cli/output/table.ts'
import type { ScopeKind } from '#shared/scope.ts'

export const secretsTrashCommand = (command: Command, context: Context): void => {
  withScope(command)
    .description('List the secrets that were deleted and can be put back.')
    .action((scope, options) => listTrash(context, scope, options))
  withExamples(withKey(withJson(command)), [
    ['What was deleted in a project', 'gradient secrets trash project --id prxxxxxxxxxx'],
  ])
}

/** Prints the deleted secrets of a scope that can be restored, newest first. */
const listTrash = async (context: Context, kind: ScopeKind, options: { id?: string }): Promise<void> => {
  const scope = scopeFrom(kind, options.id)
  const client = await context.client()
  printList(context, await allPages((query) => client.trash.list(scope, query)), {
    Name: ({ name }) => name,
    Versions: ({ versions }) => `${versions}`,
    Deleted: ({ dtDeleted }) => dtDeleted,
    By: ({ deletedBy }) => deletedBy.name,
    'Gone at': ({ expiresAt }) => expiresAt,
  })
}
