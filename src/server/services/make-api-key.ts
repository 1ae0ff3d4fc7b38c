import type * as z from 'zod'
import { newId } from '#server/crypto/make-id.ts'
import type { Sha256 } from '#server/crypto/web-crypto.ts'
import type { Deps } from '#server/deps.ts'
import type { PrincipalKey } from '#server/identity/identity.ts'
import type { AuditContext } from '#server/store/trail/audit-event.ts'
import { Failure } from '#shared/failure.ts'
import { isWithinRanges, parseIpRange } from '#shared/network/ip-address.ts'
import {
  type ApiKey,
  apiKeyFrom,
  defaultKeyDays,
  keyAlphabet,
  type keyRenewal,
  keySecretLength,
  maskedApiKey,
  type newApiKey,
} from '#shared/people/api-key.ts'
import { type KeyAccess, notAllowed, roleMay } from '#shared/people/role.ts'
import type { Team } from '#shared/people/session.ts'

const hour = 60 * 60_000
const day = 24 * hour

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
  const { kept, key } = await newKey(sha256, wanted.name, settings)
  await store.createApiKey(team.id, kept, context)
  return { id: kept.id, key }
}

/** Makes a key in the place of another, with its name, access, limits and addresses, and ends the other one soon. */
export const renewApiKey = async (
  { store, sha256 }: KeyDeps,
  team: Team,
  old: ApiKey,
  { expiresAt, overlapHours }: z.output<typeof keyRenewal>,
  context: AuditContext,
  madeWith?: PrincipalKey,
): Promise<{ id: string; key: string }> => {
  const wanted: Omit<Wanted, 'name'> = {
    access: old.access,
    ...(old.project ? { projectId: old.project.id } : {}),
    ...(old.cluster ? { clusterId: old.cluster.id } : {}),
    addresses: old.addresses,
    owner: old.member === null ? 'team' : 'me',
    expiresAt: expiresAt === undefined ? sameLifetime(old, context.at, madeWith) : expiresAt,
  }
  const settings = completeKeySettings(team, wanted, context.at, madeWith)
  const { kept, key } = await newKey(sha256, old.name, settings)
  const until = context.at + overlapHours * hour
  await store.renewApiKey(team.id, { of: old.id, key: kept, until }, context)
  return { id: kept.id, key }
}

/** Returns when a key expires that is made now and lasts as long as another, or as the key that makes it. */
const sameLifetime = (old: ApiKey, at: number, madeWith: PrincipalKey | undefined): string | null => {
  const lifetime =
    old.expiresAt === null ? Number.POSITIVE_INFINITY : Date.parse(old.expiresAt) - Date.parse(old.dtCreated)
  const end = Math.min(at + lifetime, madeWith?.expiresAt ?? Number.POSITIVE_INFINITY)
  return end === Number.POSITIVE_INFINITY ? null : new Date(end).toISOString()
}

const newKey = async (sha256: Sha256, name: string, settings: KeySettings) => {
  const key = apiKeyFrom(randomText(keySecretLength))
  const kept = { id: newId('ak'), name, ...settings, digest: await sha256(key), masked: maskedApiKey(key) }
  return { kept, key }
}

/** Completes the settings of a new key. Throws when this person, or this key of theirs, may not make such a key. */
export const completeKeySettings = (
  team: Pick<Team, 'role'>,
  wanted: Omit<Wanted, 'name'>,
  at: number,
  madeWith?: PrincipalKey,
): KeySettings => {
  const { access = ['manage'], projectId = null, clusterId = null, addresses = madeWith?.addresses ?? [] } = wanted
  const ofTeam = madeWith ? madeWith.ofTeam : wanted.owner === 'team'
  if (wanted.owner === 'team' && !roleMay(team.role, 'manageKeys')) throw notAllowed('manageKeys')
  if (wanted.owner === 'team' && !ofTeam) throw madeByPeople()
  const expiresAt = expiryOf(wanted.expiresAt, at, madeWith)
  if (expiresAt !== null && expiresAt <= at) {
    throw new Failure('BAD_REQUEST', 'The expiry is in the past. Choose a later time, or null for a key that lasts.')
  }
  if (madeWith) refuseStronger({ access, projectId, clusterId, expiresAt, addresses }, madeWith)
  if (access.includes('run') && projectId === null && clusterId === null && !roleMay(team.role, 'manageKeys')) {
    throw new Failure(
      'FORBIDDEN',
      'Limit a key that runs workloads to a project or a cluster, or ask an admin for one.',
    )
  }
  return { access, projectId, clusterId, expiresAt, ofTeam, addresses }
}

/** Returns the requested expiry; by default 90 days, and no later than the expiry of the key that makes it. */
const expiryOf = (wanted: string | null | undefined, at: number, madeWith: PrincipalKey | undefined): number | null => {
  if (wanted === null) return null
  if (wanted !== undefined) return Date.parse(wanted)
  return Math.min(at + defaultKeyDays * day, madeWith?.expiresAt ?? Number.POSITIVE_INFINITY)
}

type Strength = Pick<PrincipalKey, 'access' | 'projectId' | 'clusterId' | 'expiresAt' | 'addresses'>
type KeySettings = Strength & { ofTeam: boolean }

/** A key of a person ends with that person; a key of the team that it makes would not. */
const madeByPeople = () =>
  new Failure('FORBIDDEN', 'Only people, and keys of the team, make keys of the team. Make it in the console.')

/** Refuses a key that is stronger than the key that makes it. */
const refuseStronger = (made: Strength, own: PrincipalKey): void => {
  const may = (access: KeyAccess) => own.access.includes(access)
  const outlives = own.expiresAt !== null && (made.expiresAt === null || made.expiresAt > own.expiresAt)
  const limited = own.projectId !== null || own.clusterId !== null
  // Other limits, or none, would allow what this key is not allowed.
  const beyond = limited && (made.projectId !== own.projectId || made.clusterId !== own.clusterId)
  if (made.access.every(may) && !outlives && !beyond && !isAcceptedElsewhere(made, own)) return
  throw new Failure(
    'FORBIDDEN',
    `The API key “${own.name}” makes only keys that may do no more, reach no further and last no longer than itself.`,
  )
}

const isAcceptedElsewhere = (made: Strength, own: Strength): boolean => {
  const ranges = (addresses: readonly string[]) => addresses.flatMap((text) => parseIpRange(text) ?? [])
  const within = ranges(own.addresses)
  if (within.length === 0) return false
  return made.addresses.length === 0 || !ranges(made.addresses).every((range) => isWithinRanges(range, within))
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
