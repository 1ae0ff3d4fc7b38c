import { type AuditRecord, type Checkpoint, checkpoint, recordLine, recordText } from '#shared/audit/audit-record.ts'

/** The fields of a record that verification needs. The line is valid unless it has a flaw. */
export type RecordLine = Pick<AuditRecord, 'seq' | 'team' | 'previous' | 'hash'> & { kind: 'record'; flaw?: string }

/** A line of an export. A flaw is a predicate, with the line as its subject: “is no JSON object”. */
export type ExportLine =
  | RecordLine
  | ({ kind: 'checkpoint' } & Checkpoint)
  | { kind: 'neither'; flaw: string; seq?: undefined }

export type HashText = (text: string) => string

/**
 * Parses a line. It must equal, byte for byte, what the server writes for its content: a line that only parses could
 * have duplicate fields. Does not check the values of fields, which a newer server may extend.
 */
export const parseExportLine = (line: string, sha256: HashText): ExportLine => {
  const content = parsed(line)
  if (content === undefined) return { kind: 'neither', flaw: 'is no JSON object' }
  if ('checkpoint' in content) return readCheckpoint(line, content)
  if (!Number.isSafeInteger(content.seq)) return { kind: 'neither', flaw: 'has no number of a record' }
  // The comparison below checks the other fields.
  const record = content as AuditRecord
  const { seq, team, previous, hash } = record
  const text = recordText(record, seq, previous)
  const read = { kind: 'record', seq, team, previous, hash } as const
  if (recordLine(text, hash) !== line) return { ...read, flaw: otherwise(line) }
  return sha256(text) === hash ? read : { ...read, flaw: 'does not have the hash that it says' }
}

const readCheckpoint = (line: string, content: object): ExportLine => {
  const { success, data } = checkpoint.safeParse(content)
  if (!success) return { kind: 'neither', flaw: 'is neither a record nor a checkpoint' }
  return checkpointLine(data) === line ? { kind: 'checkpoint', ...data } : { kind: 'neither', flaw: otherwise(line) }
}

/** Returns the line of a checkpoint in an export. */
const checkpointLine = ({ checkpoint: { team, seq, hash, at }, signature }: Checkpoint): string =>
  JSON.stringify({ checkpoint: { team, seq, hash, at }, signature })

const otherwise = (line: string): string =>
  line.endsWith('\r') ? 'ends as on Windows, which no export does' : 'is not written as the server writes it'

const parsed = (line: string): Record<string, unknown> | undefined => {
  try {
    const content = JSON.parse(line)
    return typeof content === 'object' && content !== null ? content : undefined
  } catch {
    return undefined
  }
}

/** Says what is wrong with an export, in a sentence that names the record. */
export class ExportFault extends Error {}

/** Returns “Record 7” or “Records 7 to 9” with its verb. */
export const recordRange = (from: number, to: number, verbs: { one: string; many: string }): string =>
  from === to ? `Record ${from} ${verbs.one}` : `Records ${from} to ${to} ${verbs.many}`

export const insertedAfter = (seq: number): string =>
  seq > 0 ? `A record was inserted after record ${seq}` : 'A record was inserted before the first'
