import type { Vault } from '#server/crypto/vault.ts'
import { resolver } from '#server/services/resolve-secrets.ts'
import { restoreVersion, writeSecret } from '#server/services/write-secret.ts'
import type { Store } from '#server/store/open-store.ts'
import type { User } from '#shared/people/session.ts'
import type { Scope } from '#shared/scope.ts'
import type { Pair } from '#shared/workload/workload.ts'
import type { SampleWorker } from './sample-keys.ts'

const hour = 3_600_000
const day = 24 * hour

export type SampleDeps = { store: Store; vault: Vault; now(): number }
type People = { me: User; other: User }

/** Adds earlier versions to secrets of the sample team, and deletes two recently enough to be in the trash. */
export const fillSampleHistory = async (
  deps: SampleDeps,
  teamId: string,
  project: Scope,
  people: People,
): Promise<void> => {
  const { store, now } = deps
  const team: Scope = { kind: 'team', id: teamId }
  const set = (scope: Scope, name: string, value: string, hoursAgo: number, by: User) =>
    writeSecret(deps, teamId, scope, { name, value, expect: 'any', by, at: now() - hoursAgo * hour })
  const { me, other } = people
  const first = crypto.randomUUID()
  await set(project, 'HF_TOKEN', first, 20 * 24, other)
  await set(project, 'HF_TOKEN', crypto.randomUUID().repeat(40), 6 * 24, me)
  await restoreVersion(deps, teamId, project, { name: 'HF_TOKEN', version: 2, by: me, at: now() - 30 * hour })
  await set(team, 'SLACK_WEBHOOK', crypto.randomUUID(), 2, other)
  for (const { scope, name, daysAgo, by } of [
    { scope: project, name: 'OLD_TOKEN', daysAgo: 3, by: other },
    { scope: team, name: 'LEGACY_DB_PASSWORD', daysAgo: 17, by: me },
  ]) {
    await set(scope, name, crypto.randomUUID(), 60 * 24, me)
    await set(scope, name, crypto.randomUUID(), 40 * 24, me)
    await store.deleteSecret(teamId, scope, name, { by, at: now() - daysAgo * day })
  }
}

/** The uses of secrets by the sample team's workloads: where, and how many hours ago. */
const uses: { pair: Pair; names: string[]; hoursAgo: number }[] = [
  { pair: {}, names: ['AWS_SECRET_ACCESS_KEY', 'AWS_ACCESS_KEY_ID'], hoursAgo: 100 * 24 },
  { pair: { projectId: 'prlzg2bilq3a' }, names: ['API_KEY'], hoursAgo: 40 },
  { pair: { projectId: 'prlzg2bilq3a', clusterId: 'clg4u1a100x8' }, names: ['DB_PASSWORD', 'HF_TOKEN'], hoursAgo: 6 },
  { pair: { clusterId: 'clg4u1a100x8' }, names: ['HF_TOKEN', 'AWS_ACCESS_KEY_ID'], hoursAgo: 3 },
  { pair: { projectId: 'prlzg2bilq3a' }, names: ['HF_TOKEN'], hoursAgo: 1 },
]

/** Records uses in the past, through the product's own resolve. */
export const fillSampleUses = async (deps: SampleDeps, teamId: string, { key, by }: SampleWorker): Promise<void> => {
  for (const { pair, names, hoursAgo } of uses) {
    const at = deps.now() - hoursAgo * hour
    const resolve = resolver({ ...deps, now: () => at, afterArrivals: (run) => queueMicrotask(run) })
    await resolve(teamId, { ...pair, only: names }, { by, key, at })
  }
}
