import type { AuditAction, AuditRecord } from '#shared/audit/audit-record.ts'
/** Who made a change, when and from where. Recorded in the audit trail with every write. */
export type AuditContext<Who = Named> = {
  /** The member. */
  by: Who
  /** The API key of the member's request. */
  key?: Named | undefined
  /** In milliseconds since 1970. */
  at: number
  /** A network address. */
  from?: string | undefined
  requestId?: string | undefined
}

export type Named = { id: string; name: string }

/** What a change did. Who, when and from where is in its {@link AuditContext}. */
export type AuditEvent = {
  action: AuditAction
  scope?: AuditRecord['scope']
  /** The name of the secret, of the key, or of the person concerned. */
  name?: string
  detail?: string
}
