import type { Deps } from '#server/deps.ts'
import type { StoredCliLogin } from '#server/store/people/cli-login-store.ts'
import type { AuditContext } from '#server/store/trail/audit-event.ts'
import { Failure } from '#shared/failure.ts'
import { newApiKey } from '#shared/people/api-key.ts'
import {
  loginCodeLength,
  loginCodeLetters,
  loginKeyName,
  loginMinutes,
  type NewCliLogin,
  shownLoginCode,
} from '#shared/people/cli-login.ts'
import { notAllowed, roleMay } from '#shared/people/role.ts'
import type { Team } from '#shared/people/session.ts'
import { completeKeySettings, createApiKey } from './make-api-key.ts'

type LoginDeps = Pick<Deps, 'store' | 'sha256'>

/** Stores the request of a command line for a key. Returns the code by which a person can allow it. */
export const startCliLogin = async (
  { store }: Pick<LoginDeps, 'store'>,
  { device, challenge }: NewCliLogin,
  { at, from = 'unknown' }: Pick<AuditContext, 'at' | 'from'>,
): Promise<string> => {
  const expiresAt = at + loginMinutes * 60_000
  for (;;) {
    const code = randomCode()
    if (await store.startCliLogin({ code, device, challenge, from, expiresAt }, at)) return code
  }
}

/** Allows a command line a key of the person in `context`. Throws what making the key would throw. */
export const allowCliLogin = async (
  { store }: Pick<LoginDeps, 'store'>,
  team: Team,
  { code, device }: StoredCliLogin,
  wanted: Omit<Parameters<typeof completeKeySettings>[1], 'owner'>,
  context: AuditContext,
): Promise<void> => {
  const { access, projectId, clusterId, expiresAt, addresses } = completeKeySettings(team, wanted, context.at)
  const settled = {
    name: loginKeyName(device),
    access,
    addresses,
    ...(projectId === null ? {} : { projectId: (await store.project(team.id, projectId)).id }),
    ...(clusterId === null ? {} : { clusterId: (await store.cluster(team.id, clusterId)).id }),
    expiresAt: expiresAt === null ? null : new Date(expiresAt).toISOString(),
  }
  await store.allowCliLogin(team.id, code, JSON.stringify(settled), context)
}

type Made = { team: Team; id: string; key: string }

/**
 * Makes the key of a command line that was allowed one, once. The key is made only now, so that none is stored. The
 * person who allowed it must still have the permission, and still see the project.
 */
export const takeCliLogin = async (
  { store, sha256 }: LoginDeps,
  { code, verifier }: { code: string; verifier: string },
  arrival: Omit<AuditContext, 'by' | 'key'>,
): Promise<'waiting' | 'denied' | Made> => {
  const taken = await store.takeCliLogin(code, await sha256(verifier), arrival.at)
  if (typeof taken === 'string') return taken
  const { teamId, userId, wanted } = taken
  const team = (await store.memberships(userId)).find(({ id }) => id === teamId)
  if (!team) throw new Failure('FORBIDDEN', 'Who allowed it is not in the team any more. Run “gradient login” again.')
  if (!roleMay(team.role, 'allowLogins')) throw notAllowed('allowLogins')
  const { id, name } = await store.member(teamId, userId)
  const by = { id, name }
  const settings = newApiKey.parse(JSON.parse(wanted))
  const { projectId } = settings
  const sees =
    projectId === undefined ||
    roleMay(team.role, 'seeAllProjects') ||
    (await store.maySeeProject(teamId, projectId, userId))
  if (!sees) throw projectWithdrawn()
  return { team, ...(await createApiKey({ store, sha256 }, team, settings, { ...arrival, by })) }
}

const projectWithdrawn = () =>
  new Failure(
    'FORBIDDEN',
    'Who allowed it may not see the project of this key any more. Run “gradient login” again, for another project.',
  )

/** Returns random letters. Bytes from 240, the largest multiple of 20, are skipped: they would bias the code. */
const randomCode = (): string => {
  let code = ''
  while (code.length < loginCodeLength) {
    for (const byte of crypto.getRandomValues(new Uint8Array(2 * loginCodeLength))) {
      if (byte < 240 && code.length < loginCodeLength) code += loginCodeLetters[byte % loginCodeLetters.length]
    }
  }
  return shownLoginCode(code)
}
