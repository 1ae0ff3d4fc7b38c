import type { Context } from '#cli/context.ts'
import { allPages } from '#cli/http/all-pages.ts'
import { scopeOf } from '#cli/options/validate-input.ts'
import { printList } from '#cli/output/table.ts'
import type { ScopeKind } from '#shared/scope.ts'

/** Prints the names of a scope's secrets. */
export const list = async (context: Context, kind: ScopeKind, options: { id?: string }): Promise<void> => {
  const scope = scopeOf(kind, options.id)
  const client = await context.client()
  printList(context, await allPages((query) => client.secrets.list(scope, query)), { Name: ({ name }) => name })
}
