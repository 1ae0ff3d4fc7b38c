import type { Context } from '#cli/context.ts'
import { allPages } from '#cli/http/all-pages.ts'
import { scopeOf } from '#cli/options/validate-input.ts'
import { printList } from '#cli/output/table.ts'
import type { ScopeKind } from '#shared/scope.ts'

/** Prints what was deleted from a scope and can be put back, newest first. */
export const trash = async (context: Context, kind: ScopeKind, options: { id?: string }): Promise<void> => {
  const scope = scopeOf(kind, options.id)
  const client = await context.client()
  printList(context, await allPages((query) => client.trash.list(scope, query)), {
    Name: ({ name }) => name,
    Versions: ({ versions }) => `${versions}`,
    Deleted: ({ dtDeleted }) => dtDeleted,
    By: ({ deletedBy }) => deletedBy.name,
    'Gone at': ({ expiresAt }) => expiresAt,
  })
}
