import type { Context } from 'hono'
import type { Deps, Env } from '#server/deps.ts'
import type { Happened, Stamp } from '#server/store/trail/audit-event.ts'

type AuditContextDeps = Pick<Deps, 'now' | 'clientAddress'>

/** Who does what a request asks for, when and from where. */
export const auditContext = (c: Context<Env>, deps: AuditContextDeps): Stamp => {
  const { user, key } = c.get('principal')
  return { ...requestOrigin(c, deps), by: { id: user.id, name: user.name }, ...(key ? { key } : {}) }
}

/** When and from where a request came, for one that comes from nobody yet. */
export const requestOrigin = (
  c: Context<Env>,
  { now, clientAddress }: AuditContextDeps,
): Omit<Stamp, 'by' | 'key'> => ({
  at: now(),
  from: clientAddress(c.env),
  requestId: c.get('requestId'),
})

/** Puts what a person did about their account on record, in each of their teams. */
export const recordForPerson = async (
  c: Context<Env>,
  deps: AuditContextDeps & Pick<Deps, 'store'>,
  happened: Happened,
): Promise<void> => {
  for (const { id } of c.get('principal').teams) await deps.store.record(id, auditContext(c, deps), happened)
}
