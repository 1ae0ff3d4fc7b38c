import type { Deps } from '#server/deps.ts'
import type { Store } from '#server/store/open-store.ts'
import type { NewAuditRecord } from '#server/store/trail/audit-store.ts'
import { minUseInterval } from '#shared/workload/secret-use.ts'

type Batch = { records: NewAuditRecord[]; written: Promise<void> }

/**
 * Returns a function that writes audit records in batches. It resolves when the record is on disk; concurrent callers
 * share one write. Records that arrive during a write form the next batch.
 */
export const batchAuditRecords = ({
  store,
  afterArrivals,
}: Pick<Deps, 'afterArrivals'> & { store: Pick<Store, 'recordAll'> }): ((record: NewAuditRecord) => Promise<void>) => {
  let open: Batch | undefined
  let writing: Promise<unknown> = Promise.resolve()
  const uses = recentUseFilter()

  const write = async ({ records }: Pick<Batch, 'records'>, before: Promise<unknown>) => {
    // A failed batch rejects for its own callers only.
    await before.catch(() => undefined)
    await new Promise<void>(afterArrivals)
    open = undefined
    try {
      await store.recordAll(records.map(uses.filter))
    } catch (error) {
      // The uses were not stored: forget them, so that the next request stores them.
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

/** Maximum number of remembered uses, about ten megabytes. */
const maxRemembered = 50_000

/**
 * Filters out uses that this process has stored in the past minute, so that repeated ones cost no write. Forgetting is
 * harmless: the database ignores repeated uses too.
 */
const recentUseFilter = () => {
  /** Times of stored uses, by key and pair, then by secret and version. */
  const noted = new Map<string, Map<string, number>>()
  let remembered = 0

  const forget = () => {
    noted.clear()
    remembered = 0
  }

  return {
    forget,

    /** Removes the uses from a record that were stored recently, and remembers the others as stored. */
    filter: (record: NewAuditRecord): NewAuditRecord => {
      const { used, ...rest } = record
      const { key, at } = record.context
      if (!used || !key) return rest
      const { projectId = '', clusterId = '' } = used.pair
      const place = `${key.id} ${projectId} ${clusterId}`
      if (remembered > maxRemembered) forget()
      const times = noted.get(place) ?? new Map<string, number>()
      noted.set(place, times)
      const secrets = used.secrets.filter(({ scopeId, name, version }) => {
        const id = `${scopeId} ${name} ${version}`
        const last = times.get(id)
        if (last !== undefined && at - last < minUseInterval) return false
        times.set(id, at)
        remembered++
        return true
      })
      return secrets.length === 0 ? rest : { ...rest, used: { pair: used.pair, secrets } }
    },
  }
}
