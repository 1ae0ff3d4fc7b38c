import type { Vault } from '#server/crypto/vault.ts'
import { restoreVersion, writeSecret } from '#server/services/write-secret.ts'
import type { Store } from '#server/store/open-store.ts'
import type { User } from '#shared/people/session.ts'
import type { Scope } from '#shared/scope.ts'

const hour = 3_600_000
const day = 24 * hour

type Deps = { store: Store; vault: Vault; now(): number }
type People = { me: User; other: User }

/** Adds earlier versions to secrets of the sample team, and deletes two recently enough to be in the trash. */
export const fillSampleHistory = async (deps: Deps, teamId: string, project: Scope, people: People): Promise<void> => {
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
