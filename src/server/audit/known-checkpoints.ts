import { type Checkpoint, recordsPerCheckpoint } from '#shared/audit/audit-record.ts'
import type { IsSigned } from './checkpoint-signature.ts'
import { ExportFault, insertedAfter, recordRange } from './export-line.ts'

/** How far the chain was followed. */
export type ChainHead = { seq: number; hash: string }

/** Holds the chain of a team against what was signed about it. Throws a {@link ExportFault}. */
export const knownCheckpoints = (team: string, isSigned: IsSigned) => {
  /** Those that the chain did not reach yet, by the number of the record. */
  const ahead = new Map<number, Checkpoint['checkpoint']>()
  let newest: Checkpoint['checkpoint'] | undefined
  let confirmed = 0
  /** What to say of a checkpoint that came after its turn, unless an inserted record turns out to be the reason. */
  let late: string | undefined
  /** The first record that should have been signed in the step that made it, and was not. */
  let unsigned: number | undefined

  const rewritten = ({ seq, at }: Checkpoint['checkpoint']): string => {
    const which = recordRange(confirmed + 1, seq, { one: 'was rewritten', many: 'were rewritten' })
    return `${which}: the checkpoint of record ${seq}, signed at ${at}, has another hash.`
  }

  return {
    /** Takes a checkpoint, from a place that a sentence can begin with. */
    add: async (signed: Checkpoint, place: string, reached: ChainHead): Promise<void> => {
      const mark = signed.checkpoint
      if (mark.team !== team)
        throw new ExportFault(`Two teams are mixed: ${place} is of team ${mark.team}, line 1 of team ${team}.`)
      if (!(await isSigned(signed)))
        throw new ExportFault(
          `The signature of the checkpoint of record ${mark.seq}, ${place}, is not of this key: ` +
            'the checkpoint was changed, or the key is of another server.',
        )
      if (mark.seq < reached.seq) {
        late ??= `The checkpoint of record ${mark.seq} stands after record ${reached.seq}, ${place}.`
        return
      }
      if (!newest || mark.seq > newest.seq) newest = mark
      if (mark.seq === reached.seq) {
        if (mark.hash !== reached.hash) throw new ExportFault(rewritten(mark))
        confirmed = mark.seq
        return
      }
      const other = ahead.get(mark.seq)
      if (other && other.hash !== mark.hash)
        throw new ExportFault(
          `The trail was rewritten up to record ${mark.seq}: ` +
            `checkpoints signed at ${other.at} and at ${mark.at} know it with different hashes.`,
        )
      ahead.set(mark.seq, mark)
    },
    /** Whether the next record may be this one, by what was signed. */
    reach: ({ seq, hash }: ChainHead): boolean => {
      const before = seq - 1
      if (before > 0 && before % recordsPerCheckpoint === 0 && confirmed !== before) unsigned ??= before
      const mark = ahead.get(seq)
      if (!mark) return true
      if (mark.hash !== hash) return false
      ahead.delete(seq)
      confirmed = seq
      return true
    },
    /** To be called with the last record: nothing may be missing after it, and nothing stand there unsigned. */
    end: ({ seq }: ChainHead): void => {
      if (late) throw new ExportFault(late)
      if (unsigned !== undefined)
        throw new ExportFault(
          `The checkpoint of record ${unsigned} was removed: each hundredth record is signed as it is made. ` +
            'Whoever rewrites the trail without the key has to remove it.',
        )
      if (!newest) return
      const knows = `checkpoint signed at ${newest.at} knows ${newest.seq} records`
      if (seq < newest.seq)
        throw new ExportFault(
          `${recordRange(seq + 1, newest.seq, { one: 'is missing', many: 'are missing' })}: a ${knows}.`,
        )
      if (seq > newest.seq) throw new ExportFault(`${insertedAfter(newest.seq)}: the newest ${knows}.`)
    },
    /** What to say of a record that is not the one that was signed, or `undefined`. */
    contradiction: ({ seq, hash }: ChainHead): string | undefined => {
      const mark = ahead.get(seq)
      return mark && mark.hash !== hash ? rewritten(mark) : undefined
    },
    /** Whether this record was signed. */
    isSigned: ({ seq, hash }: ChainHead): boolean => ahead.get(seq)?.hash === hash,
    /** Up to which record the chain is known to be what was signed. */
    confirmed: (): number => confirmed,
    newest: (): number => newest?.seq ?? 0,
  }
}

export type KnownCheckpoints = ReturnType<typeof knownCheckpoints>
