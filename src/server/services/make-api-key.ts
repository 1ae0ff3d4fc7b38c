import type * as z from 'zod'
import { newId } from '#server/crypto/make-id.ts'
import type { Deps } from '#server/deps.ts'
import type { PrincipalKey } from '#server/identity/identity.ts'
import type { AuditContext } from '#server/store/trail/audit-event.ts'
import { Failure } from '#shared/failure.ts'
import {
  apiKeyFrom,
  defaultKeyDays,
  keyAlphabet,
  keySecretLength,
  maskedApiKey,
  type newApiKey,
} from '#shared/people/api-key.ts'
import { type KeyAccess, roleMay } from '#shared/people/role.ts'
import type { Team } from '#shared/people/session.ts'

const day = 24 * 60 * 60_000

type KeyDeps = Pick<Deps, 'store' | 'sha256'>
type Wanted = z.output<typeof newApiKey>

/** Makes a key and stores its digest. Only the return value has its text. */
export const createApiKey = async (
  { store, sha256 }: KeyDeps,
  team: Team,
  wanted: Wanted,
  context: AuditContext,
  madeWith?: PrincipalKey,
): Promise<{ id: string; key: string }> => {
  const settings = completeKeySettings(team, wanted, context.at, madeWith)
  const key = apiKeyFrom(randomText(keySecretLength))
  const id = newId('ak')
  const kept = { id, name: wanted.name, ...settings, digest: await sha256(key), masked: maskedApiKey(key) }
  await store.createApiKey(team.id, kept, context)
  return { id, key }
}

/** Completes the settings of a new key. Throws when this person, or this key of theirs, may not make such a key. */
export const completeKeySettings = (
  team: Pick<Team, 'role'>,
  wanted: Omit<Wanted, 'name'>,
  at: number,
  madeWith?: PrincipalKey,
): KeySettings => {
  const { access = ['manage'], projectId = null, clusterId = null } = wanted
  const expiresAt = expiryOf(wanted.expiresAt, at, madeWith)
  if (expiresAt !== null && expiresAt <= at) {
    throw new Failure('BAD_REQUEST', 'The expiry is in the past. Choose a later time, or null for a key that lasts.')
  }
  if (madeWith) refuseStronger({ access, projectId, clusterId, expiresAt }, madeWith)
  if (access.includes('run') && projectId === null && clusterId === null && !roleMay(team.role, 'manageKeys')) {
    throw new Failure(
      'FORBIDDEN',
      'Limit a key that runs workloads to a project or a cluster, or ask an admin for one.',
    )
  }
  return { access, projectId, clusterId, expiresAt }
}

/** Returns the requested expiry; by default 90 days, and no later than the expiry of the key that makes it. */
const expiryOf = (wanted: string | null | undefined, at: number, madeWith: PrincipalKey | undefined): number | null => {
  if (wanted === null) return null
  if (wanted !== undefined) return Date.parse(wanted)
  return Math.min(at + defaultKeyDays * day, madeWith?.expiresAt ?? Number.POSITIVE_INFINITY)
}

type KeySettings = Pick<PrincipalKey, 'access' | 'projectId' | 'clusterId' | 'expiresAt'>

/** Refuses a key that is stronger than the key that makes it. */
const refuseStronger = (made: KeySettings, own: PrincipalKey): void => {
  const may = (access: KeyAccess) => own.access.includes(access)
  const outlives = own.expiresAt !== null && (made.expiresAt === null || made.expiresAt > own.expiresAt)
  const limited = own.projectId !== null || own.clusterId !== null
  // Other limits, or none, would allow what this key is not allowed.
  const beyond = limited && (made.projectId !== own.projectId || made.clusterId !== own.clusterId)
  if (made.access.every(may) && !outlives && !beyond) return
  throw new Failure(
    'FORBIDDEN',
    `The API key “${own.name}” makes only keys that may do no more, reach no further and last no longer than itself.`,
  )
}

/** Returns random characters of base 62. Bytes from 248, the largest multiple of 62, are skipped: they would bias it. */
const randomText = (length: number): string => {
  let text = ''
  while (text.length < length) {
    for (const byte of crypto.getRandomValues(new Uint8Array(length))) {
      if (byte < 248 && text.length < length) text += keyAlphabet[byte % 62]
    }
  }
  return text
}
