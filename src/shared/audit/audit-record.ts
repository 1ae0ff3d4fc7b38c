import * as z from 'zod'
import { scopeKinds } from '#shared/scope.ts'

/** Everything that is put on record. */
export const auditActions = [
  'team.create',
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
  'project.access',
  'cluster.create',
  'cluster.change',
  'cluster.delete',
  'key.create',
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
  'workload.resolve',
  'request.refused',
] as const
export type AuditAction = (typeof auditActions)[number]

const named = z.object({ id: z.string(), name: z.string() })

/** What was done, by whom. It has no value of a secret, no key and no password in it. */
export const auditRecord = z
  .object({
    /** Counts the records of a team, from 1 on and without gaps. */
    seq: z.int(),
    team: z.string(),
    at: z.iso.datetime(),
    /** The person, or nobody who is known. */
    by: named.nullable(),
    /** The API key that the person's request came with, by its public id. */
    key: named.nullable(),
    action: z.enum(auditActions),
    /** The scope that it concerns. */
    scope: z.object({ kind: z.enum(scopeKinds), id: z.string(), name: z.string() }).nullable(),
    /** The name of the secret or key, or of the person that it happened to. */
    name: z.string().nullable(),
    /** What else there is to say, such as “viewer → admin”. */
    detail: z.string().nullable(),
    /** The network address that the request came from. */
    from: z.string().nullable(),
    requestId: z.string().nullable(),
    /** The hash of the record before; empty for the first. */
    previous: z.string(),
    /** SHA-256, in hex, of this record as one line of JSON without this field. */
    hash: z.string(),
  })
  .meta({ id: 'AuditRecord' })
export type AuditRecord = z.infer<typeof auditRecord>

/** A record before its place in the chain is known. */
export type AuditContent = Omit<AuditRecord, 'seq' | 'previous' | 'hash'>

/** A signed statement that the chain of a team reached this record with this hash. */
export const checkpoint = z.object({
  checkpoint: z.object({ team: z.string(), seq: z.int(), hash: z.string(), at: z.iso.datetime() }),
  /** Ed25519, in base64, of the JSON of `checkpoint`. */
  signature: z.string(),
})
export type Checkpoint = z.infer<typeof checkpoint>

/** The text that a record's hash is of. The order of its fields is part of it. */
export const recordText = (content: AuditContent, seq: number, previous: string): string => {
  const { team, at, by, key, action, scope, name, detail, from, requestId } = content
  return JSON.stringify({ seq, team, at, by, key, action, scope, name, detail, from, requestId, previous })
}

/** The line of an export: the text with its hash as the last field. */
export const recordLine = (text: string, hash: string): string => `${text.slice(0, -1)},"hash":"${hash}"}`

/**
 * A record's text and line, cut where its number, the previous hash and its own hash belong. The text is
 * `start + seq + middle + previous + textEnd`, the line `start + seq + middle + previous + lineMiddle + hash + lineEnd`.
 */
export type RecordTemplate = { start: string; middle: string; textEnd: string; lineMiddle: string; lineEnd: string }

/** Makes the template of a record for a database, which numbers and hashes it. */
export const recordTemplate = (content: AuditContent): RecordTemplate => {
  // The number is the first field and the hashes are the last two, so the same characters within the content do not matter.
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

/** The text that a checkpoint's signature is of. */
export const checkpointText = ({ team, seq, hash, at }: Checkpoint['checkpoint']): string =>
  JSON.stringify({ team, seq, hash, at })

/** After how many records a checkpoint is signed. */
export const recordsPerCheckpoint = 100

/** Which part of the trail is asked for, newest first. */
export type AuditQuery = {
  limit?: number | undefined
  after?: string | undefined
  /** The ID of a person. */
  person?: string | undefined
  action?: AuditAction | undefined
  /** A part of the name, without regard to case. */
  name?: string | undefined
  /** From this time on, and until before that one. */
  from?: string | undefined
  to?: string | undefined
}
