import { createHash } from 'node:crypto'
import { newSigningKey, openPublicKey, openSigner } from '#server/audit/checkpoint-signature.ts'
import { verifyTrail } from '#server/audit/verify-export.ts'
import {
  type AuditContent,
  type Checkpoint,
  checkpointText,
  recordLine,
  recordsPerCheckpoint,
  recordText,
} from '#shared/audit/audit-record.ts'

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

/** Stores the signing key in plaintext, which is fine in a test. */
const noVault = {
  wrap: async (_: string, bytes: Uint8Array) => bytes,
  unwrap: async (_: string, bytes: Uint8Array) => bytes,
}

/** Creates a signer with a function that checks its signatures. */
export const newTestSigner = async () => {
  const signer = await openSigner(noVault as never, await newSigningKey(noVault as never))
  return { ...signer, isSigned: await openPublicKey(signer.publicKey) }
}
type Key = Awaited<ReturnType<typeof newTestSigner>>

/** Returns the content of a record, with texts that look like the format itself. */
export const recordContent = (seq: number): AuditContent => ({
  team: 'te1',
  at: new Date(Date.UTC(2026, 0, 1) + seq * 1000).toISOString(),
  by: { id: 'us1', name: 'Ada “\u2028\ufffd” \\ "Lovelace"' },
  key: seq % 3 === 0 ? { id: 'ke1', name: 'CI' } : null,
  action: 'secret.set',
  scope: { kind: 'project', id: 'pr1', name: 'nlp' },
  name: `HF_TOKEN_${seq}`,
  detail: seq % 7 === 0 ? '","hash":"0"}' : null,
  from: '10.0.0.1',
  requestId: `re${seq}`,
})

export type ChainedRow = { seq: number; line: string; hash: string }

export const chainRecord = (content: AuditContent, seq: number, previous: string): ChainedRow => {
  const text = recordText(content, seq, previous)
  const hash = sha256(text)
  return { seq, line: recordLine(text, hash), hash }
}

/** Chains records after `after`. This needs no key, so anybody can do it. */
export const chainRecords = (
  contents: AuditContent[],
  after: Pick<ChainedRow, 'seq' | 'hash'> = { seq: 0, hash: '' },
): ChainedRow[] => {
  const rows: ChainedRow[] = []
  for (const content of contents) {
    const { seq, hash } = rows.at(-1) ?? after
    rows.push(chainRecord(content, seq + 1, hash))
  }
  return rows
}

export const signCheckpoint = async (
  key: Key,
  { seq, hash }: Pick<ChainedRow, 'seq' | 'hash'>,
  team = 'te1',
): Promise<string> => {
  const checkpoint = { team, seq, hash, at: recordContent(seq).at }
  return JSON.stringify({ checkpoint, signature: await key.sign(checkpointText(checkpoint)) } satisfies Checkpoint)
}

/** Returns the lines of an export, as the server writes it. */
export const exportLines = async (key: Key, rows: ChainedRow[]): Promise<string[]> => {
  const last = rows.at(-1)
  if (!last) throw new Error('An export has records.')
  const lines = [await signCheckpoint(key, last)]
  for (const row of rows) {
    lines.push(row.line)
    if (row.seq % recordsPerCheckpoint === 0) lines.push(await signCheckpoint(key, row))
  }
  return lines
}

/** Creates an export with this many records, and helpers for tests. */
export const sampleTrail = async (count: number) => {
  const key = await newTestSigner()
  const everyRecord = Array.from({ length: count }, (_, index) => index + 1)
  const rows = chainRecords(everyRecord.map(recordContent))
  const file = await exportLines(key, rows)
  const row = (seq: number): ChainedRow => rows[seq - 1] as ChainedRow
  const verify = (lines: Iterable<string>, known: Checkpoint[] = []) =>
    verifyTrail({ lines, isSigned: key.isSigned, known, sha256 })
  return {
    key,
    everyRecord,
    rows,
    file,
    row,
    verify,
    /** Returns the index of a record's line, from 0. */
    lineOf: (seq: number): number => file.indexOf(row(seq).line),
    /** Returns a changed copy of the lines. */
    changed: (change: (lines: string[]) => void): string[] => {
      const copy = [...file]
      change(copy)
      return copy
    },
    /** Returns the message of the verification. */
    complaint: async (lines: Iterable<string>, known?: Checkpoint[]): Promise<string> => {
      const verdict = await verify(lines, known)
      return verdict.ok ? `verified ${verdict.records} records` : verdict.message
    },
  }
}
