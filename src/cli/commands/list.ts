import type { ScopeKind } from '#shared/scope.ts'
import type { Context } from '../context.ts'

/** Prints the names of a scope's secrets. */
export const list = async ({ io, client }: Context, kind: ScopeKind, { id = '-' }: { id?: string }): Promise<void> => {
  const { items } = await (await client()).secrets.list({ kind, id })
  for (const { name } of items) io.print(name)
}
