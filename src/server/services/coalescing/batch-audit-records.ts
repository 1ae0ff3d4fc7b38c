import type { Deps } from '#server/deps.ts'
import type { Store } from '#server/store/open-store.ts'
import type { Recorded } from '#server/store/trail/audit-store.ts'
import { useNotedEvery } from '#shared/workload/secret-use.ts'

type Batch = { records: Recorded[]; written: Promise<void> }

/**
 * Puts what arrives together on record together: each caller goes on once its record is on the disk, and all of them
 * wait for the disk once. What arrives while a batch is being written waits for it and makes the next.
 */
export const batchAuditRecords = ({
  store,
  afterArrivals,
}: Pick<Deps, 'afterArrivals'> & { store: Pick<Store, 'recordAll'> }): ((record: Recorded) => Promise<void>) => {
  let open: Batch | undefined
  let writing: Promise<unknown> = Promise.resolve()
  const uses = recentUseFilter()

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

/** How many uses are remembered at most: some ten megabytes. */
const mostRemembered = 50_000

/**
 * Remembers which uses this process has had noted in the past minute, so that the same again costs the database
 * nothing. To forget is harmless: the database itself notes none of them twice.
 */
export const recentUseFilter = () => {
  /** When what was noted, by key and pair, then by secret and version. */
  const noted = new Map<string, Map<string, number>>()
  let remembered = 0

  const forget = () => {
    noted.clear()
    remembered = 0
  }

  return {
    forget,

    /** Leaves of the uses in a record those that are due, which are taken to be noted from now on. */
    take: (record: Recorded): Recorded => {
      const { used, ...rest } = record
      const { key, at } = record.stamp
      if (!used || !key) return rest
      const { projectId = '', clusterId = '' } = used.pair
      const place = `${key.id} ${projectId} ${clusterId}`
      if (remembered > mostRemembered) forget()
      const times = noted.get(place) ?? new Map<string, number>()
      noted.set(place, times)
      const secrets = used.secrets.filter(({ scopeId, name, version }) => {
        const id = `${scopeId} ${name} ${version}`
        const last = times.get(id)
        if (last !== undefined && at - last < useNotedEvery) return false
        times.set(id, at)
        remembered++
        return true
      })
      return secrets.length === 0 ? rest : { ...rest, used: { pair: used.pair, secrets } }
    },
  }
}
