import type { Context } from 'hono'
import type { Deps, Env } from '#server/deps.ts'
import type { AuditContext, AuditEvent } from '#server/store/trail/audit-event.ts'

type AuditContextDeps = Pick<Deps, 'now' | 'clientAddress'>

/** Returns who sent a request, when and from where, for the audit trail. */
export const auditContext = (c: Context<Env>, deps: AuditContextDeps): AuditContext => {
  const { user, key } = c.get('principal')
  return { ...requestOrigin(c, deps), by: { id: user.id, name: user.name }, ...(key ? { key } : {}) }
}

/** Returns when and from where a request came, for a request without a principal. */
export const requestOrigin = (
  c: Context<Env>,
  { now, clientAddress }: AuditContextDeps,
): Omit<AuditContext, 'by' | 'key'> => ({
  at: now(),
  from: clientAddress(c.env),
  requestId: c.get('requestId'),
})

/** Records a change of a person's account in the audit trail of each of their teams. */
export const recordForPerson = async (
  c: Context<Env>,
  deps: AuditContextDeps & Pick<Deps, 'store'>,
  event: AuditEvent,
): Promise<void> => {
  for (const { id } of c.get('principal').teams) await deps.store.record(id, auditContext(c, deps), event)
}
