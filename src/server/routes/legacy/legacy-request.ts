import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { Deps, Env } from '#server/deps.ts'
import { requireScopeAccess } from '#server/http/key-limits.ts'
import type { Page } from '#shared/page.ts'
import type { Scope, ScopeKind } from '#shared/scope.ts'

/** The query of every legacy route. Without a `teamId`, the team is that of the key or session. */
export const teamQuery = z.object({
  teamId: z.string().max(100).optional().describe('The ID or namespace of the team.'),
})

const id = (missing: string) => z.string(missing).min(1, missing).max(100)

/** The queries that name a scope of each kind. */
export const scopeQueries = {
  team: teamQuery,
  project: teamQuery.extend({ projectId: id('Say which project: add “projectId” to the address.') }),
  cluster: teamQuery.extend({ clusterId: id('Say which cluster: add “clusterId” to the address.') }),
}

/** Returns the scope that a query names. Refuses one that the principal has no access to. */
export const requestedScope = async (
  c: Context<Env>,
  deps: Deps,
  kind: ScopeKind,
  query: { teamId?: string | undefined; projectId?: string; clusterId?: string },
): Promise<{ teamId: string; scope: Scope }> => {
  const teamId = c.get('team').id
  const ids = { team: teamId, project: query.projectId ?? '', cluster: query.clusterId ?? '' }
  const scope = { kind, id: ids[kind] }
  await requireScopeAccess(c, deps, scope)
  return { teamId, scope }
}

const text = z.string().max(200).nullish()

const parsed = z.object({
  limit: z.int('“limit” in the filter is a whole number.').min(1, '“limit” in the filter is at least 1.').nullish(),
  offset: z.int('“offset” in the filter is a whole number.').min(0, '“offset” in the filter is at least 0.').nullish(),
  where: z.object({ handle: text, id: text, name: text }, '“where” in the filter is an object.').nullish(),
  order: z.unknown().optional(),
})
export type Filter = z.output<typeof parsed>

/**
 * The `filter` of the discontinued service's lists, in JSON: conditions, an offset and a limit.
 * Its clients also send conditions that are always true here, such as `{"dtDeleted": null}`. Those have no effect.
 */
export const filterQuery = z
  .string()
  .max(2000, 'The filter has more than 2,000 characters.')
  .transform((json, context): unknown => {
    try {
      return JSON.parse(json)
    } catch {
      context.addIssue({ code: 'custom', message: 'The filter is not valid JSON.', input: undefined })
      return z.NEVER
    }
  })
  .pipe(parsed)
  .optional()

type LegacyEntry = { id: string; name: string; dtCreated: string }

/** Applies a filter. `total` counts all matching entries, without offset and limit. */
export const filterEntries = <Item extends LegacyEntry>(
  all: readonly Item[],
  filter: Filter = {},
): { total: number; items: Item[] } => {
  const { where, order, offset, limit } = filter
  const wantedIds = [where?.handle, where?.id].filter((id) => id != null)
  const matching = all.filter(
    ({ id, name }) => wantedIds.every((wanted) => wanted === id) && (where?.name == null || where.name === name),
  )
  const start = offset ?? 0
  const items = sorted(matching, order).slice(start, limit == null ? undefined : start + limit)
  return { total: matching.length, items }
}

/** Sorts by an order like `"dtCreated desc"`. Without one, keeps the order by name. */
const sorted = <Item extends LegacyEntry>(items: readonly Item[], order: unknown): Item[] => {
  const [, key, direction] = String(order).match(/^(name|dtCreated)(?: (asc|desc))?$/i) ?? []
  if (!key) return [...items]
  const by = key === 'name' ? 'name' : 'dtCreated'
  const ascending = items.toSorted((a, b) => (a[by] < b[by] ? -1 : a[by] > b[by] ? 1 : 0))
  return direction?.toLowerCase() === 'desc' ? ascending.reverse() : ascending
}

/** Reads every page of a list: the discontinued service's clients expect complete lists. */
export const readAllPages = async <Item>(list: (after: string | undefined) => Promise<Page<Item>>): Promise<Item[]> => {
  const items: Item[] = []
  let after: string | undefined
  do {
    const page = await list(after)
    items.push(...page.items)
    after = page.nextPage ?? undefined
  } while (after !== undefined)
  return items
}
