import { openPublicKey, openSigner } from '#server/audit/checkpoint-signature.ts'
import { verifyTrail } from '#server/audit/verify-export.ts'
import type { Vault } from '#server/crypto/vault.ts'
import { nodeSha256 } from '#server/node/keys/node-crypto.ts'
import { checkpointText } from '#shared/audit/audit-record.ts'
import { findTable, type Table } from './backup-tables.ts'
import type { ReadRows } from './read-rows.ts'
import { openCursor } from './row-cursor.ts'
import { VerificationError } from './verification-error.ts'

type Given = {
  vault: Pick<Vault, 'unwrap'>
  tables: readonly Table[]
  rows: ReadRows
  /** Called with the number of records verified since the last call. */
  progress(records: number): void
}

/**
 * Verifies the audit trail of every team up to its head, and returns the number of records. Throws {@link
 * VerificationError} for a record that was changed. Reads records and checkpoints in parallel.
 */
export const verifyAuditTrails = async (auditKey: Uint8Array | null, given: Given): Promise<number> => {
  const read = (name: string) => openCursor(findTable(name, given.tables), given.rows)
  const [heads, records, checkpoints] = [read('audit_head'), read('audit'), read('audit_checkpoint')]
  // One after the other: a connection runs one query at a time.
  for (const each of [heads, records, checkpoints]) await each.next()
  if (!heads.now() && !records.now() && !checkpoints.now()) return 0
  if (!auditKey) throw new VerificationError('There is an audit trail, but no key that it was signed with.')
  const signer = await openSigner(given.vault, auditKey)
  const isSigned = await openPublicKey(signer.publicKey)

  /**
   * Yields the lines of an export. The head acts as the newest checkpoint, because later records are not signed yet.
   */
  const linesOf = async function* (team: string, head: { seq: number; hash: string }): AsyncGenerator<string> {
    const checkpoint = { team, ...head, at: new Date().toISOString() }
    yield JSON.stringify({ checkpoint, signature: await signer.sign(checkpointText(checkpoint)) })
    for (; records.now()?.text('team_id') === team; await records.next()) {
      yield records.now()?.text('line') ?? ''
      const seq = records.now()?.number('seq') ?? 0
      while (checkpoints.now()?.text('team_id') === team && (checkpoints.now()?.number('seq') ?? 0) <= seq) {
        yield checkpoints.now()?.text('line') ?? ''
        await checkpoints.next()
      }
    }
    for (; checkpoints.now()?.text('team_id') === team; await checkpoints.next()) {
      yield checkpoints.now()?.text('line') ?? ''
    }
  }

  let verified = 0
  for (let head = heads.now(); head; await heads.next(), head = heads.now()) {
    const team = head.text('team_id')
    const lines = linesOf(team, { seq: head.number('seq'), hash: head.text('hash') })
    const verdict = await verifyTrail({ lines: counted(lines, given.progress), isSigned, sha256: nodeSha256 })
    if (!verdict.ok) throw new VerificationError(`The audit trail of team ${team} does not verify. ${verdict.message}`)
    verified += verdict.records
  }
  const left = records.now() ?? checkpoints.now()
  if (left) throw new VerificationError(`The audit trail of team ${left.text('team_id')} has no head.`)
  return verified
}

const linesAtOnce = 500

async function* counted(lines: AsyncIterable<string>, progress: (records: number) => void): AsyncGenerator<string> {
  let count = 0
  for await (const line of lines) {
    yield line
    if (++count % linesAtOnce === 0) progress(linesAtOnce)
  }
}
