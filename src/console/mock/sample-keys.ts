import { newId } from '#server/crypto/make-id.ts'
import type { Store } from '#server/store/open-store.ts'
import type { KeyAccess } from '#shared/people/role.ts'
import type { User } from '#shared/people/session.ts'

const hour = 3_600_000
const day = 24 * hour

type SampleKey = {
  name: string
  masked: string
  access: KeyAccess[]
  projectId: string | null
  /** Days until the key expires; `null` for never. */
  endsIn: number | null
  usedHoursAgo?: number
}

/** A key that runs workloads, and its owner. */
export type SampleWorker = { key: { id: string; name: string }; by: { id: string; name: string } }

const workerName = 'trainer'

const own: SampleKey[] = [
  { name: 'deploy script', masked: 'gsec_7Fq2…k0Zd', access: ['manage'], projectId: null, endsIn: 61, usedHoursAgo: 2 },
  { name: 'nightly import', masked: 'gsec_Lm4c…9aTe', access: ['manage'], projectId: null, endsIn: 4, usedHoursAgo: 9 },
  { name: workerName, masked: 'gsec_9vRt…p3Xw', access: ['run'], projectId: null, endsIn: 200, usedHoursAgo: 1 },
]
const others: SampleKey[] = [
  { name: 'training', masked: 'gsec_Xw81…Qb3n', access: ['run'], projectId: 'prlzg2bilq3a', endsIn: null },
]

/** Adds API keys to the sample team, and returns one that runs workloads. No key matches their digests. */
export const fillSampleKeys = async (
  store: Store,
  teamId: string,
  me: User,
  other: User,
  now: number,
): Promise<SampleWorker> => {
  const worker = newId('ak')
  for (const [by, keys] of [[me, own] as const, [other, others] as const]) {
    for (const { endsIn, usedHoursAgo, ...key } of keys) {
      const id = key.name === workerName ? worker : newId('ak')
      const expiresAt = endsIn === null ? null : now + endsIn * day + hour
      await store.createApiKey(
        teamId,
        { ...key, id, clusterId: null, expiresAt, digest: id, ofTeam: false, addresses: [] },
        { by, at: now - 29 * day },
      )
      if (usedHoursAgo === undefined) continue
      const at = now - usedHoursAgo * hour
      await store.noteKeyUse(id, { at, from: '192.0.2.17', notSince: at })
    }
  }
  return { key: { id: worker, name: workerName }, by: me }
}
