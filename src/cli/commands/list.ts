import type { ScopeKind } from '#shared/scope.ts'
import { allPages } from '../all-pages.ts'
import type { Context } from '../context.ts'
import { scopeOf } from '../given.ts'
import { printList } from '../table.ts'

/** Prints the names of a scope's secrets. */
export const list = async (context: Context, kind: ScopeKind, options: { id?: string }): Promise<void> => {
  const scope = scopeOf(kind, options.id)
  const client = await context.client()
  printList(context, await allPages((query) => client.secrets.list(scope, query)), { Name: ({ name }) => name })
}
