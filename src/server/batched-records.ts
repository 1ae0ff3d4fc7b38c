import type { Deps } from './deps.ts'
import type { Store } from './store.ts'

type Entry = Parameters<Store['recordAll']>[0][number]
type Batch = { entries: Entry[]; written: Promise<void> }

/**
 * Puts what arrives together on record together: each caller goes on once its record is on the disk, and all of them
 * wait for the disk once. What arrives while a batch is being written waits for it and makes the next.
 */
export const batchedRecords = ({
  store,
  afterArrivals,
}: Pick<Deps, 'afterArrivals'> & { store: Pick<Store, 'recordAll'> }): ((entry: Entry) => Promise<void>) => {
  let open: Batch | undefined
  let writing: Promise<unknown> = Promise.resolve()

  const write = async (batch: Pick<Batch, 'entries'>, before: Promise<unknown>) => {
    // Each batch tells its own callers how it went.
    await before.catch(() => undefined)
    await new Promise<void>(afterArrivals)
    open = undefined
    await store.recordAll(batch.entries)
  }

  return (entry) => {
    if (open) {
      open.entries.push(entry)
      return open.written
    }
    const entries = [entry]
    const written = write({ entries }, writing)
    open = { entries, written }
    writing = written
    return written
  }
}
