import { type Checkpoint, recordsPerCheckpoint } from '#shared/audit/audit-record.ts'
import type { IsSigned } from './checkpoint-signature.ts'
import { ExportFault, insertedAfter, recordRange } from './export-line.ts'

/** The last record of the chain that was verified. */
export type ChainHead = { seq: number; hash: string }

/** Compares the chain of a team with its signed checkpoints. Throws an {@link ExportFault}. */
export const knownCheckpoints = (team: string, isSigned: IsSigned) => {
  /** Checkpoints of later records, by the number of the record. */
  const ahead = new Map<number, Checkpoint['checkpoint']>()
  let newest: Checkpoint['checkpoint'] | undefined
  let confirmed = 0
  /** The fault of a checkpoint that came too late, unless an inserted record is the reason. */
  let late: string | undefined
  /** The first record that should have a checkpoint and has none. */
  let unsigned: number | undefined

  const rewritten = ({ seq, at }: Checkpoint['checkpoint']): string => {
    const which = recordRange(confirmed + 1, seq, { one: 'was rewritten', many: 'were rewritten' })
    return `${which}: the checkpoint of record ${seq}, signed at ${at}, has another hash.`
  }

  return {
    /** Adds a checkpoint. `place` says where it was found, in the words of a fault. */
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
    /** Returns whether the next record agrees with the signed checkpoints. */
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
    /** Checks the last record: no record may be missing after it, and no checkpoint before it. */
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
    /** Returns the fault of a record that differs from its checkpoint; `undefined` when there is none. */
    contradiction: ({ seq, hash }: ChainHead): string | undefined => {
      const mark = ahead.get(seq)
      return mark && mark.hash !== hash ? rewritten(mark) : undefined
    },
    /** Returns whether this record has a checkpoint. */
    isSigned: ({ seq, hash }: ChainHead): boolean => ahead.get(seq)?.hash === hash,
    /** Returns the number of the last record that a checkpoint confirmed. */
    confirmed: (): number => confirmed,
    newest: (): number => newest?.seq ?? 0,
  }
}

export type KnownCheckpoints = ReturnType<typeof knownCheckpoints>
