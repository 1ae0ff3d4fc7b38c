import type { Deps } from '#server/deps.ts'
import { dueUses } from '#server/services/recent-use-filter.ts'
import type { Store } from '#server/store/open-store.ts'
import type { Recorded } from '#server/store/trail/audit-store.ts'

type Batch = { records: Recorded[]; written: Promise<void> }

/**
 * Puts what arrives together on record together: each caller goes on once its record is on the disk, and all of them
 * wait for the disk once. What arrives while a batch is being written waits for it and makes the next.
 */
export const batchedRecords = ({
  store,
  afterArrivals,
}: Pick<Deps, 'afterArrivals'> & { store: Pick<Store, 'recordAll'> }): ((record: Recorded) => Promise<void>) => {
  let open: Batch | undefined
  let writing: Promise<unknown> = Promise.resolve()
  const uses = dueUses()

  const write = async ({ records }: Pick<Batch, 'records'>, before: Promise<unknown>) => {
    // Each batch tells its own callers how it went.
    await before.catch(() => undefined)
    await new Promise<void>(afterArrivals)
    open = undefined
    try {
      await store.recordAll(records.map(uses.take))
    } catch (error) {
      // They were not noted.
      uses.forget()
      throw error
    }
  }

  return (record) => {
    if (open) {
      open.records.push(record)
      return open.written
    }
    const records = [record]
    const written = write({ records }, writing)
    open = { records, written }
    writing = written
    return written
  }
}
