import type { Checkpoint } from '#shared/audit/audit-record.ts'
import { describeBreak } from './chain-break.ts'
import type { IsSigned } from './checkpoint-signature.ts'
import { ExportFault, type ExportLine, type HashText, parseExportLine } from './export-line.ts'
import { type ChainHead, knownCheckpoints } from './known-checkpoints.ts'

/** The result of a verification. `signedAt` is the time of the newest checkpoint; later records are unknown. */
export type ExportVerdict = { ok: true; records: number; signedAt: string } | { ok: false; message: string }

type Lines = AsyncIterable<string> | Iterable<string>

type Given = {
  /** The lines of the export. */
  lines: Lines
  isSigned: IsSigned
  /** Checkpoints from earlier exports, of any teams. */
  known?: readonly Checkpoint[]
  sha256: HashText
}

/** Verifies an export, and describes the first fault. Needs constant memory. */
export const verifyTrail = async (given: Given): Promise<ExportVerdict> => {
  try {
    return { ok: true, ...(await follow(given)) }
  } catch (error) {
    if (error instanceof ExportFault) return { ok: false, message: error.message }
    throw error
  }
}

/** Returns the checkpoints in an earlier export, or in any file that has them as lines. Throws when it has none. */
export const checkpointsIn = async (lines: Lines): Promise<Checkpoint[]> => {
  const found: Checkpoint[] = []
  for await (const text of lines) {
    if (!text.startsWith('{"checkpoint"')) continue
    const line = parseExportLine(text, () => '')
    if (line.kind === 'checkpoint') found.push({ checkpoint: line.checkpoint, signature: line.signature })
    else throw new Error(`The line after ${found.length} checkpoints ${'flaw' in line ? line.flaw : 'is a record'}.`)
  }
  if (found.length === 0) throw new Error('It has no checkpoint in it.')
  return found
}

const follow = async ({
  lines,
  isSigned,
  known = [],
  sha256,
}: Given): Promise<{ records: number; signedAt: string }> => {
  const reading = numbered(lines, sha256)
  const first = await reading.next()
  if (first.done) throw new ExportFault('The file is empty. Export the audit trail again.')
  const head = headOf(first.value.line)
  const { team } = head.checkpoint
  let reached: ChainHead = { seq: 0, hash: '' }
  const checkpoints = knownCheckpoints(team, isSigned)
  await checkpoints.add(head, 'line 1', reached)
  const ofTeam = known.filter(({ checkpoint }) => checkpoint.team === team)
  if (known.length > 0 && ofTeam.length === 0)
    throw new ExportFault(`The known checkpoints are of other teams than the export, which is of team ${team}.`)
  for (const earlier of ofTeam) await checkpoints.add(earlier, 'one of those known before', reached)

  for (;;) {
    const { done, value } = await reading.next()
    if (done) break
    const { line, number } = value
    if (line.kind === 'checkpoint') {
      await checkpoints.add(line, `line ${number}`, reached)
    } else if (
      line.kind === 'record' &&
      !line.flaw &&
      line.team === team &&
      follows(line, reached) &&
      checkpoints.reach(line)
    ) {
      reached = line
    } else {
      throw new ExportFault(await describeBreak({ line, number, rest: reading, team, reached, checkpoints }))
    }
  }
  checkpoints.end(reached)
  return { records: reached.seq, signedAt: head.checkpoint.at }
}

const follows = (line: { seq: number; previous: string }, { seq, hash }: ChainHead): boolean =>
  line.seq === seq + 1 && line.previous === hash

/** Returns the first line, which must be the newest checkpoint: otherwise records could be missing at the end. */
const headOf = (line: ExportLine): Checkpoint => {
  if (line.kind === 'checkpoint') return line
  throw new ExportFault(
    `Line 1 ${line.flaw ?? 'is a record'}, but should be the newest checkpoint: it was removed or changed, ` +
      'or the file is no export. Export the audit trail again.',
  )
}

async function* numbered(lines: Lines, sha256: HashText): AsyncGenerator<{ line: ExportLine; number: number }, void> {
  let number = 0
  for await (const text of lines) yield { line: parseExportLine(text, sha256), number: ++number }
}
