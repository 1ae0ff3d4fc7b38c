import type { AuditAction, AuditRecord } from '#shared/audit/audit-record.ts'
/** Who did it, when and from where, for every write. It goes into the audit trail together with the change. */
export type AuditContext<Who = Named> = {
  /** The member. */
  by: Who
  /** The API key that their request came with. */
  key?: Named | undefined
  /** In milliseconds since 1970. */
  at: number
  /** A network address. */
  from?: string | undefined
  requestId?: string | undefined
}

export type Named = { id: string; name: string }

/** What a change says of itself for the record; who, when and from where is in its stamp. */
export type AuditEvent = {
  action: AuditAction
  scope?: AuditRecord['scope']
  /** Of the secret or key, or of the person that it happened to. */
  name?: string
  detail?: string
}
