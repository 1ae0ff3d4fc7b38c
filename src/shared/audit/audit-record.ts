import * as z from 'zod'
import { scopeKinds } from '#shared/scope.ts'

/** All audited actions. */
export const auditActions = [
  'team.create',
  'team.change',
  'team.delete',
  'team.restore',
  'team.purge',
  'team.rotate',
  'secret.set',
  'secret.edit',
  'secret.delete',
  'secret.restore',
  'secret.purge',
  'secret.compare',
  'ephemeral.create',
  'project.create',
  'project.change',
  'project.delete',
  'project.restore',
  'project.purge',
  'project.access',
  'cluster.create',
  'cluster.change',
  'cluster.delete',
  'cluster.restore',
  'cluster.purge',
  'key.create',
  'key.renew',
  'key.expiring',
  'key.revoke',
  'key.refused',
  'login.allow',
  'member.join',
  'member.role',
  'member.remove',
  'member.leave',
  'invite.create',
  'invite.delete',
  'session.start',
  'session.end',
  'session.refused',
  'account.change',
  'account.delete',
  'reset.create',
  'reset.use',
  'workload.resolve',
  'workload.missing',
  'audit.export',
  'request.refused',
  'rights.sign',
  'rights.refused',
] as const
/** The name of the operator, who runs admin commands on the server's machine, in the trail. Such a record has no person. */
export const byOperator = 'by the server’s operator'

export type AuditAction = (typeof auditActions)[number]

const named = z.object({ id: z.string(), name: z.string() })

/** An audit record: what was done, and by whom. Contains no value of a secret, no key and no password. */
export const auditRecord = z
  .object({
    /** Number of the record in its team, starting at 1, without gaps. */
    seq: z.int(),
    team: z.string(),
    at: z.iso.datetime(),
    /** The person, or null when unknown. */
    by: named.nullable(),
    /** Public ID of the API key of the request. */
    key: named.nullable(),
    action: z.enum(auditActions),
    /** The affected scope. */
    scope: z.object({ kind: z.enum(scopeKinds), id: z.string(), name: z.string() }).nullable(),
    /** Name of the secret, the key, or the affected person. */
    name: z.string().nullable(),
    /** Details, such as “viewer → admin”. */
    detail: z.string().nullable(),
    /** Network address of the request. */
    from: z.string().nullable(),
    requestId: z.string().nullable(),
    /** Hash of the previous record; empty for the first. */
    previous: z.string(),
    /** SHA-256, in hex, of this record as one line of JSON without this field. */
    hash: z.string(),
  })
  .meta({ id: 'AuditRecord' })
export type AuditRecord = z.infer<typeof auditRecord>

/** A record without its position in the chain. */
export type AuditContent = Omit<AuditRecord, 'seq' | 'previous' | 'hash'>

/** A signed statement that the chain of a team reached this record with this hash. */
export const checkpoint = z.object({
  checkpoint: z.object({ team: z.string(), seq: z.int(), hash: z.string(), at: z.iso.datetime() }),
  /** Ed25519 signature, in base64, of the JSON of `checkpoint`. */
  signature: z.string(),
})
export type Checkpoint = z.infer<typeof checkpoint>

/** Returns the text to hash for a record. The order of fields is part of the format. */
export const recordText = (content: AuditContent, seq: number, previous: string): string => {
  const { team, at, by, key, action, scope, name, detail, from, requestId } = content
  return JSON.stringify({ seq, team, at, by, key, action, scope, name, detail, from, requestId, previous })
}

/** Returns the line of an export: the text, with its hash as the last field. */
export const recordLine = (text: string, hash: string): string => `${text.slice(0, -1)},"hash":"${hash}"}`

/**
 * The text and the line of a record, split at the positions of its number, the previous hash and its own hash. The text is
 * `start + seq + middle + previous + textEnd`, the line `start + seq + middle + previous + lineMiddle + hash + lineEnd`.
 */
export type RecordTemplate = { start: string; middle: string; textEnd: string; lineMiddle: string; lineEnd: string }

/** Returns the template of a record for a database, which inserts the number and the hashes. */
export const recordTemplate = (content: AuditContent): RecordTemplate => {
  // The number is the first field and the hashes are the last two, so equal characters in the content do no harm.
  const [seq, mark] = [0, '#']
  const text = recordText(content, seq, mark)
  const line = recordLine(text, mark)
  const seqAt = text.indexOf(`${seq}`)
  const previousAt = text.lastIndexOf(mark)
  const hashAt = line.lastIndexOf(mark)
  return {
    start: text.slice(0, seqAt),
    middle: text.slice(seqAt + 1, previousAt),
    textEnd: text.slice(previousAt + 1),
    lineMiddle: line.slice(previousAt + 1, hashAt),
    lineEnd: line.slice(hashAt + 1),
  }
}

/** Returns the text to sign for a checkpoint. */
export const checkpointText = ({ team, seq, hash, at }: Checkpoint['checkpoint']): string =>
  JSON.stringify({ team, seq, hash, at })

/** Number of records between checkpoints. */
export const recordsPerCheckpoint = 100

/** Filter of the audit trail, newest first. */
export type AuditQuery = {
  limit?: number | undefined
  after?: string | undefined
  /** ID of a person. */
  person?: string | undefined
  action?: AuditAction | undefined
  /** Part of the name, ignoring case. */
  name?: string | undefined
  /** From this time (inclusive), until that time (exclusive). */
  from?: string | undefined
  to?: string | undefined
}
