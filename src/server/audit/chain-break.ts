import { type ExportLine, insertedAfter, type RecordLine, recordRange } from './export-line.ts'
import type { ChainHead, KnownCheckpoints } from './known-checkpoints.ts'

type Break = {
  /** The first line that does not continue the chain, and its number in the file. */
  line: Exclude<ExportLine, { kind: 'checkpoint' }>
  number: number
  /** The lines after it. */
  rest: AsyncIterable<{ line: ExportLine }>
  team: string
  reached: ChainHead
  checkpoints: KnownCheckpoints
}

/** Describes how the chain was tampered with at its first break, as far as the following lines show. */
export const describeBreak = async ({ line, number, rest, team, reached, checkpoints }: Break): Promise<string> => {
  const expected = reached.seq + 1
  const { seq: found, flaw } = line
  if (line.kind === 'record' && !flaw && line.team !== team)
    return `Two teams are mixed: line ${number} is of team ${line.team}, where record ${expected} of team ${team} should be.`

  const ahead = await lookAhead(rest, expected, found)
  const { next } = ahead
  const inserted = `${insertedAfter(reached.seq)}: line ${number}`
  const nextFits = next && !next.flaw && next.seq === expected && next.previous === reached.hash
  if (nextFits && (flaw || found === expected))
    return `${inserted} ${flaw ?? `says that it is record ${expected} too`}.`
  if (expected > checkpoints.newest() && (flaw || (found ?? 0) >= expected))
    return `${inserted} ${flaw ?? 'does not follow it, and nothing should'}.`
  if (flaw && !next && found === undefined)
    return `Record ${expected} was changed or cut off: line ${number}, the last, ${flaw}.`
  if (found === undefined || (flaw && (found === expected || !next || next.seq === expected + 1)))
    return `Record ${expected} was changed: line ${number} ${flaw}.`
  if (found === expected) return brokenLink(line as RecordLine, next, reached, checkpoints)

  if (found === reached.seq) return `${insertedAfter(found - 1)}: line ${number} says that it is record ${found} too.`
  if (found < expected || (ahead.hasExpected && ahead.hasFound))
    return `${inserted} says that it is record ${found}, which stands elsewhere.`
  if (ahead.hasExpected) return `Record ${found} stands where ${expected} should be: records were reordered.`
  if (next?.seq === expected + 1 && found > next.seq)
    return `Record ${expected} was changed: line ${number} says that it is record ${found}.`
  const last = Math.min(found, ahead.lowest, Math.max(checkpoints.newest(), expected) + 1) - 1
  const removed = recordRange(expected, last, { one: 'was removed', many: 'were removed' })
  return `${removed}: ${reached.seq > 0 ? `${reached.seq} is followed by ${found}` : `the first is ${found}`}.`
}

/** Describes a record with the right number and hash that does not match the record before, or a signed checkpoint. */
const brokenLink = (
  { seq, hash, previous }: RecordLine,
  next: RecordLine | undefined,
  reached: ChainHead,
  checkpoints: KnownCheckpoints,
): string => {
  const contradiction = previous === reached.hash ? checkpoints.contradiction({ seq, hash }) : undefined
  if (contradiction) return contradiction
  const isKnown = next ? next.previous === hash : checkpoints.isSigned({ seq, hash })
  const confirmed = checkpoints.confirmed()
  if (!isKnown || reached.seq === confirmed)
    return `Record ${seq} was changed: ${reached.seq > 0 ? `it does not follow record ${reached.seq}` : 'it is not the first'}.`
  // It was given a new hash, and earlier records may have been, too.
  const others = confirmed + 1 < reached.seq ? ` Those from ${confirmed + 1} on may have been changed too.` : ''
  return `Record ${reached.seq} was changed: record ${seq} has another hash of it.${others}`
}

/** Reads the rest of the file: the verdict is known, and only its reason is missing. */
const lookAhead = async (rest: Break['rest'], expected: number, found: number | undefined) => {
  let next: RecordLine | undefined
  let [hasExpected, hasFound, lowest] = [false, false, Number.POSITIVE_INFINITY]
  for await (const { line } of rest) {
    if (line.kind !== 'record') continue
    next ??= line
    hasExpected ||= line.seq === expected
    hasFound ||= line.seq === found
    lowest = Math.min(lowest, line.seq)
  }
  return { next, hasExpected, hasFound, lowest }
}
