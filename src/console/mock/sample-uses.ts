import type { Vault } from '#server/crypto/vault.ts'
import { resolver } from '#server/services/resolve-secrets.ts'
import type { Store } from '#server/store/open-store.ts'
import type { Pair } from '#shared/workload/workload.ts'
import type { SampleWorker } from './sample-keys.ts'

const hour = 3_600_000

/** The uses of secrets by the sample team's workloads: where, and how many hours ago. */
const uses: { pair: Pair; names: string[]; hoursAgo: number }[] = [
  { pair: {}, names: ['AWS_SECRET_ACCESS_KEY', 'AWS_ACCESS_KEY_ID'], hoursAgo: 100 * 24 },
  { pair: { projectId: 'prlzg2bilq3a' }, names: ['API_KEY'], hoursAgo: 40 },
  { pair: { projectId: 'prlzg2bilq3a', clusterId: 'clg4u1a100x8' }, names: ['DB_PASSWORD', 'HF_TOKEN'], hoursAgo: 6 },
  { pair: { clusterId: 'clg4u1a100x8' }, names: ['HF_TOKEN', 'AWS_ACCESS_KEY_ID'], hoursAgo: 3 },
  { pair: { projectId: 'prlzg2bilq3a' }, names: ['HF_TOKEN'], hoursAgo: 1 },
]

/** Records uses in the past, through the product's own resolve. */
export const fillSampleUses = async (
  deps: { store: Store; vault: Vault },
  teamId: string,
  { key, by }: SampleWorker,
  now: number,
): Promise<void> => {
  for (const { pair, names, hoursAgo } of uses) {
    const at = now - hoursAgo * hour
    const resolve = resolver({ ...deps, now: () => at, afterArrivals: (run) => queueMicrotask(run) })
    await resolve(teamId, { ...pair, only: names }, { by, key, at })
  }
}
