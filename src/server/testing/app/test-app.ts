import { join } from 'node:path'
import { createApp } from '#server/app.ts'
import { newId } from '#server/crypto/make-id.ts'
import { createVault } from '#server/crypto/vault.ts'
import type { Deps, RequestLog } from '#server/deps.ts'
import { authenticator } from '#server/identity/authenticate.ts'
import { type DatabaseLocation, openDatabase } from '#server/node/database/open-database.ts'
import { nodeCipher, nodeMac, nodeSha256 } from '#server/node/keys/node-crypto.ts'
import { deviceCookies } from '#server/services/device-cookie.ts'
import { createApiKey } from '#server/services/make-api-key.ts'
import { openStore } from '#server/store/open-store.ts'
import { findUnsigned } from '#server/store/rights/find-unsigned.ts'
import { nameOfRow } from '#server/store/rights/record-forgeries.ts'
import { rightsOf } from '#server/store/rights/rights.ts'
import type { TeamLimits } from '#server/store/team-limits.ts'
import { cleanUp } from '#server/testing/clean-up.ts'
import { newTemporaryFolder } from '#server/testing/processes/temporary-folder.ts'
import { type NewApiKey, newApiKey } from '#shared/people/api-key.ts'
import type { Role } from '#shared/people/role.ts'
import { defaultTeamSettings, type Membership, type User } from '#shared/people/session.ts'
import { type Scope, type ScopeKind, scopeIdPrefixes, scopePaths } from '#shared/scope.ts'
import { addTeam } from './add-team.ts'
import { identityByHeader, personHeader } from './identity-by-header.ts'
import { type RequestTarget, requestSender, type SendRequest } from './send-request.ts'

/** The API on a real database, with teams that tests create as needed. It uses no network and no accounts. */
export type TestApp = {
  app: RequestTarget & { routes: readonly { method: string; path: string }[] }
  deps: Deps
  /** What was logged so far. */
  log: { requests: RequestLog[]; errors: unknown[] }
  /** Creates a team and its owner. A test with its own team has nothing to clean up. */
  newTeam(name?: string): Promise<TestTeam>
  /** Sends a request without signing in. */
  request: SendRequest
}

export type TestTeam = Membership & {
  owner: User
  /** Sends a request as the team's owner. */
  request: SendRequest
  /** Creates a scope of this kind, or returns the team scope. `secrets` is the path of its secrets. */
  scope(kind: ScopeKind, name?: string): Promise<Scope & { secrets: string }>
  /** Creates a member with this role, who sends requests with `request`. */
  join(role: Role, name?: string): Promise<User & { request: SendRequest }>
  /** Creates an API key, of the owner by default, which sends requests with `request`. */
  key(
    wanted?: Partial<NewApiKey>,
    by?: { id: string; name: string },
  ): Promise<{ id: string; key: string; request: SendRequest }>
}

/**
 * Opens the app on a database, an empty SQLite file by default. Unless the test forges rows, each row that grants rights must
 * have its code when the test ends.
 */
export const openTestApp = async (
  given: Partial<Deps> & { location?: DatabaseLocation; forgesRows?: boolean; limits?: TeamLimits } = {},
): Promise<TestApp> => {
  const {
    forgesRows = false,
    location = { kind: 'sqlite', path: join(newTemporaryFolder(), 'secrets.db') },
    limits,
    ...overrides
  } = given
  const { db, kind, changesFrom } = openDatabase(location)
  const vault = await createVault(new Uint8Array(32).fill(7), nodeCipher, nodeMac)
  const now = given.now ?? (() => Date.now())
  const store = await openStore(db, kind, { vault, now, sha256: nodeSha256, changesFrom, limits })
  cleanUp(async () => {
    // A file has the rows of one test only. Reading fails where the test took the database away.
    const left =
      kind === 'sqlite' && !forgesRows ? await findUnsigned(db, rightsOf(db).code).catch(() => undefined) : undefined
    await store.close()
    const names = left?.unsigned.map(nameOfRow) ?? []
    if (names.length > 0) throw new Error(`The test left rows without a code: ${names.join(', ')}`)
  })

  const people = new Map<string, User>()
  const identity = identityByHeader(people, (id) => (given.store ?? store).memberships(id), now)
  const log: TestApp['log'] = { requests: [], errors: [] }
  const deps: Deps = {
    store,
    vault,
    identity,
    devices: deviceCookies({ secret: 'the session secret of the tests', secure: false }),
    authenticate: authenticator({
      store: given.store ?? store,
      identity,
      sha256: nodeSha256,
      now,
      afterArrivals: setImmediate,
    }),
    sha256: nodeSha256,
    version: '1.2.3',
    setupToken: 'the set-up token that all tests use',
    now,
    afterArrivals: setImmediate,
    clientAddress: () => '192.0.2.1',
    log: { request: (entry) => log.requests.push(entry), error: (error) => log.errors.push(error) },
    ...overrides,
  }
  const app = createApp(deps)

  const newTeam = async (name = 'Test team'): Promise<TestTeam> => {
    const id = newId('te')
    const team: Membership = { id, namespace: `ns-${id}`, name, role: 'owner', ...defaultTeamSettings }
    const ownerId = newId('us')
    const owner: User = { id: ownerId, name: `Ada ${ownerId}`, email: `${ownerId}@example.com` }
    await addTeam(db, kind, { team, owner, dataKey: await vault.newDataKey(id, newId('dk')), at: now() })
    people.set(owner.id, owner)
    const scope: TestTeam['scope'] = async (kind, name = kind) => {
      const scope: Scope = { kind, id: kind === 'team' ? id : newId(scopeIdPrefixes[kind]) }
      if (kind !== 'team') await store.createScope(id, { ...scope, kind, name }, { by: owner, at: now() })
      return { ...scope, secrets: `/v1/${scopePaths[kind]}/${scope.id}/secrets` }
    }
    const request = requestSender(app, { [personHeader]: owner.id })
    const join: TestTeam['join'] = async (role, name = role) => {
      const userId = newId('us')
      const user: User = { id: userId, name, email: `${userId}@example.com` }
      const digest = `${userId} was invited`
      await store.createInvite(id, { id: newId('in'), role, digest, expiresAt: now() + 1000 }, { by: owner, at: now() })
      await store.acceptInvite(digest, { ...user, passwordHash: 'no hash' }, { at: now() })
      people.set(userId, user)
      return { ...user, request: requestSender(app, { [personHeader]: userId }) }
    }
    const key: TestTeam['key'] = async (wanted = {}, by = owner) => {
      const asked = newApiKey.parse({ name: 'test key', ...wanted })
      const made = await createApiKey(deps, { ...team, role: 'owner' }, asked, { by, at: now() })
      return { ...made, request: requestSender(app, { 'x-api-key': made.key }) }
    }
    return { ...team, owner, scope, join, key, request }
  }

  return { app, deps, log, newTeam, request: requestSender(app) }
}
