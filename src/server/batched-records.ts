import type { Deps } from './deps.ts'
import type { Store } from './store.ts'

type Entry = Parameters<Store['recordAll']>[0][number]

/**
 * Puts what arrives together on record together: each caller goes on once its record is on the disk, and all of them
 * wait for the disk once.
 */
export const batchedRecords = ({
  store,
  afterArrivals,
}: Pick<Deps, 'afterArrivals'> & { store: Pick<Store, 'recordAll'> }): ((entry: Entry) => Promise<void>) => {
  let batch: { entries: Entry[]; written: Promise<void> } | undefined
  return (entry) => {
    if (batch) {
      batch.entries.push(entry)
      return batch.written
    }
    const entries = [entry]
    const written = new Promise<void>(afterArrivals).then(() => {
      batch = undefined
      return store.recordAll(entries)
    })
    batch = { entries, written }
    return written
  }
}
