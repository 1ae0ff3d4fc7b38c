import type { ScopeKind } from '#shared/scope.ts'
import { allPages } from '../all-pages.ts'
import type { Context } from '../context.ts'
import { scopeOf } from '../given.ts'
import { printList } from '../table.ts'

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
