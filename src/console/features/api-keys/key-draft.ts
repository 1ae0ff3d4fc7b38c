import type { Choice } from '#console/ui/forms/combobox.tsx'
import { Failure, type Issue } from '#shared/failure.ts'
import type { NewApiKey } from '#shared/people/api-key.ts'
import { type KeyAccess, type Role, roleMay } from '#shared/people/role.ts'
import { label } from '#shared/scope.ts'

export const accessChoices = ['manage', 'run', 'both'] as const
export type AccessChoice = (typeof accessChoices)[number]

/** When a key is to end: after so many days, never, or with a chosen day. */
export const expiryChoices = ['30', '90', '365', 'never', 'date'] as const
export type ExpiryChoice = (typeof expiryChoices)[number]

/** A key as it is being thought of. */
export type KeyDraft = {
  name: string
  access: AccessChoice
  project: Choice | null
  cluster: Choice | null
  expiry: ExpiryChoice
  /** The chosen day, as `2030-01-31`; empty before one is chosen. */
  day: string
}

export const emptyDraft: KeyDraft = { name: '', access: 'manage', project: null, cluster: null, expiry: '90', day: '' }

/** What can be wrong with the options, as the API calls it. */
export const optionFields = ['projectId', 'clusterId', 'expiresAt'] as const

const dayLength = 86_400_000

/** Whether the draft is of a key for running workloads that lacks the limit which this role has to give it. */
export const lacksLimit = ({ access, project, cluster }: KeyDraft, role: Role): boolean =>
  access !== 'manage' && project === null && cluster === null && !roleMay(role, 'manageKeys')

/** When the key is to end, `null` for never; `undefined` while its day is not chosen. */
export const expiryOf = ({ expiry, day }: KeyDraft, now: number): Date | null | undefined => {
  if (expiry === 'never') return null
  if (expiry !== 'date') return new Date(now + Number(expiry) * dayLength)
  // A key that is to last until a day lasts to that day's end, where the person is.
  const end = new Date(`${day}T23:59:59`)
  return Number.isNaN(end.getTime()) ? undefined : end
}

/** What to ask the server for. Throws what is wrong with the draft, beside the field that it concerns. */
export const requestFor = (draft: KeyDraft, role: Role, now: number): NewApiKey => {
  const name = label.safeParse(draft.name)
  const ends = expiryOf(draft, now)
  const issues: Issue[] = []
  if (!name.success) issues.push({ path: ['name'], message: name.error.issues[0]?.message ?? 'Type a name.' })
  if (lacksLimit(draft, role)) issues.push({ path: ['projectId'], message: 'Choose a project or a cluster.' })
  if (ends === undefined) issues.push({ path: ['expiresAt'], message: 'Choose a day.' })
  if (ends && ends.getTime() <= now) issues.push({ path: ['expiresAt'], message: 'Choose a day that is to come.' })
  if (issues.length > 0 || ends === undefined) throw new Failure('BAD_REQUEST', 'Check what was chosen.', { issues })
  return {
    name: draft.name,
    access: accessOf(draft.access),
    expiresAt: ends?.toISOString() ?? null,
    ...(draft.project ? { projectId: draft.project.id } : {}),
    ...(draft.cluster ? { clusterId: draft.cluster.id } : {}),
  }
}

export const accessOf = (access: AccessChoice): KeyAccess[] => (access === 'both' ? ['manage', 'run'] : [access])
