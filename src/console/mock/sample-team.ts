import { newId } from '#server/crypto/make-id.ts'
import { writeSecret } from '#server/services/write-secret.ts'
import type { Store } from '#server/store/open-store.ts'
import type { NewScope } from '#server/store/secrets/scope-store.ts'
import { inviteDays } from '#shared/people/member.ts'
import type { Role } from '#shared/people/role.ts'
import type { Scope } from '#shared/scope.ts'
import { demoUser } from './demo-identity.ts'
import { fillSampleHistory, fillSampleUses, type SampleDeps } from './sample-history.ts'
import { fillSampleKeys } from './sample-keys.ts'

const hour = 3_600_000
const day = 24 * hour

const teamId = 'tegradnext01'
const project = (id: string, name: string): NewScope => ({ kind: 'project', id, name })

const classifier = project('prlzg2bilq3a', 'PyTorch-Classifier')

/** The scopes of the sample team, with the names of their secrets and the age of each in hours. */
const sample: { scope: NewScope; secrets: Record<string, number> }[] = [
  {
    scope: classifier,
    secrets: { API_KEY: 2, DB_PASSWORD: 75 * 24, HF_TOKEN: 30 * 24, WANDB_API_KEY: 26 },
  },
  { scope: project('prm81xk0v2de', 'Diffusion-Finetune'), secrets: { HF_TOKEN: 5, S3_BUCKET_KEY: 9 * 24 } },
  { scope: project('prq0w77hhc1t', 'Search-Embeddings'), secrets: { PINECONE_KEY: 140 * 24 } },
  { scope: project('prz5a0e9p4kk', 'Speech-to-Text'), secrets: {} },
  {
    scope: { kind: 'cluster', id: 'clg4u1a100x8', name: 'gpu-1', type: 'kubernetes' },
    secrets: { HF_TOKEN: 12, REGISTRY_PASSWORD: 61 * 24 },
  },
  {
    scope: { kind: 'cluster', id: 'clb2d7h100x4', name: 'training-eu', type: 'slurm' },
    secrets: { SLACK_WEBHOOK: 4 * 24 },
  },
]
const teamSecrets = {
  AWS_ACCESS_KEY_ID: 200 * 24,
  AWS_SECRET_ACCESS_KEY: 200 * 24,
  HF_TOKEN: 90 * 24,
  SLACK_WEBHOOK: 3,
  'model-bucket-key': 40 * 24,
}

/** The other members, and how many days ago they joined. */
const people = [
  { id: 'usdemoadmin1', name: 'Lin Chen', email: 'lin@example.com', role: 'admin', daysAgo: 190 },
  { id: 'usdemomembr1', name: 'Max Weber', email: 'max@example.com', role: 'member', daysAgo: 120 },
  { id: 'usdemoviewr1', name: 'Eva Okafor', email: 'eva@example.com', role: 'viewer', daysAgo: 30 },
] as const

/** Fills an empty store with the team “Gradient Next”, as after some months of use. */
export const fillSampleTeam = async (deps: SampleDeps): Promise<void> => {
  const { store, vault, now } = deps
  const since = now() - 210 * day
  await store.setUp({
    user: { ...demoUser, passwordHash: '' },
    team: { id: teamId, name: 'Gradient Next', namespace: 'gradient-next' },
    dataKey: await vault.newDataKey(teamId, newId('dk')),
    context: { at: since },
  })
  for (const { role, daysAgo, ...person } of people) {
    const at = now() - daysAgo * day
    await invite(store, role, person.id, at - hour)
    await store.acceptInvite(person.id, { ...person, passwordHash: '' }, { at })
  }
  await invite(store, 'member', 'nobody has its token', now() - 3 * hour)
  await fill(deps, { kind: 'team', id: teamId }, teamSecrets)
  for (const { scope, secrets } of sample) {
    await store.createScope(teamId, scope, { by: demoUser, at: since + day })
    await fill(deps, scope, secrets)
  }
  await fillSampleHistory(deps, teamId, classifier, { me: demoUser, other: people[0] })
  const worker = await fillSampleKeys(store, teamId, demoUser, people[1], now())
  await fillSampleUses(deps, teamId, worker)
  // A secret that was set after its last use.
  await fill(deps, classifier, { DB_PASSWORD: 4 })
}

const invite = (store: Store, role: Role, digest: string, at: number): Promise<void> =>
  store.createInvite(teamId, { id: newId('in'), role, digest, expiresAt: at + inviteDays * day }, { by: demoUser, at })

const fill = async (deps: SampleDeps, scope: Scope, secrets: Record<string, number>): Promise<void> => {
  for (const [name, hoursAgo] of Object.entries(secrets)) {
    await writeSecret(deps, teamId, scope, {
      name,
      value: crypto.randomUUID(),
      expect: 'any',
      by: demoUser,
      at: deps.now() - hoursAgo * hour,
    })
  }
}
