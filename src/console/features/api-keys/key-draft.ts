import type { Choice } from '#console/ui/forms/combobox.tsx'
import { Failure, type Issue } from '#shared/failure.ts'
import type { NewApiKey } from '#shared/people/api-key.ts'
import { type KeyAccess, type Role, roleMay } from '#shared/people/role.ts'
import { label } from '#shared/scope.ts'

const accessChoices = ['manage', 'run', 'both'] as const
type AccessChoice = (typeof accessChoices)[number]

/** When a key expires: after a number of days, never, or at the end of a chosen day. */
const expiryChoices = ['30', '90', '365', 'never', 'date'] as const
export type ExpiryChoice = (typeof expiryChoices)[number]

/** The state of the form for a new key. */
export type KeyDraft = {
  name: string
  access: AccessChoice
  project: Choice | null
  cluster: Choice | null
  expiry: ExpiryChoice
  /** The chosen day as `2030-01-31`; empty if none is chosen. */
  day: string
  /** Whose key it is: the person’s, or the team’s. */
  owner: 'me' | 'team'
  /** The addresses that the key is accepted from, as typed. */
  addresses: string
}

export const emptyDraft: KeyDraft = {
  name: '',
  access: 'manage',
  project: null,
  cluster: null,
  expiry: '90',
  day: '',
  owner: 'me',
  addresses: '',
}

/** The API's names of the fields among the options. */
export const optionFields = ['projectId', 'clusterId', 'expiresAt', 'addresses'] as const

const dayLength = 86_400_000

/** Whether the draft lacks the limit to a project or cluster that this role must give a key that runs workloads. */
const lacksLimit = ({ access, project, cluster }: KeyDraft, role: Role): boolean =>
  access !== 'manage' && project === null && cluster === null && !roleMay(role, 'manageKeys')

/** Returns when the key expires: `null` for never, `undefined` if no day is chosen. */
export const expiryDate = ({ expiry, day }: KeyDraft, now: number): Date | null | undefined => {
  if (expiry === 'never') return null
  if (expiry !== 'date') return new Date(now + Number(expiry) * dayLength)
  // The end of the day in the person's time zone.
  const end = new Date(`${day}T23:59:59`)
  return Number.isNaN(end.getTime()) ? undefined : end
}

/** Returns the request body for a new key. Throws `Failure` with an issue for each invalid field. */
export const newKeyRequest = (draft: KeyDraft, role: Role, now: number): NewApiKey => {
  const name = label.safeParse(draft.name)
  const ends = expiryDate(draft, now)
  const issues: Issue[] = []
  if (!name.success) issues.push({ path: ['name'], message: name.error.issues[0]?.message ?? 'Type a name.' })
  if (lacksLimit(draft, role)) issues.push({ path: ['projectId'], message: 'Choose a project or a cluster.' })
  if (ends === undefined) issues.push({ path: ['expiresAt'], message: 'Choose a day.' })
  if (ends && ends.getTime() <= now) issues.push({ path: ['expiresAt'], message: 'Choose a day that is to come.' })
  if (issues.length > 0 || ends === undefined) throw new Failure('BAD_REQUEST', 'Check what was chosen.', { issues })
  const addresses = draft.addresses.split(/[\s,;]+/).filter(Boolean)
  return {
    name: draft.name,
    access: accessRights(draft.access),
    expiresAt: ends?.toISOString() ?? null,
    ...(draft.project ? { projectId: draft.project.id } : {}),
    ...(draft.cluster ? { clusterId: draft.cluster.id } : {}),
    ...(draft.owner === 'team' ? { owner: draft.owner } : {}),
    ...(addresses.length > 0 ? { addresses } : {}),
  }
}

/** Returns the API's list of access rights for a choice. */
export const accessRights = (access: AccessChoice): KeyAccess[] => (access === 'both' ? ['manage', 'run'] : [access])
