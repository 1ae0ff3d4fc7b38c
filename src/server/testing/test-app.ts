import { join } from 'node:path'
import { type Scope, type ScopeKind, scopeIdPrefixes, scopePaths } from '#shared/scope.ts'
import type { Team, User } from '#shared/session.ts'
import { createApp } from '../app.ts'
import type { Deps, RequestLog } from '../deps.ts'
import { authenticateBySession, type Identity } from '../identity.ts'
import { newId } from '../ids.ts'
import { type DatabaseLocation, openDatabase } from '../node/databases.ts'
import { openStore } from '../store/sql.ts'
import { createVault } from '../vault.ts'
import { addTeam } from './add-team.ts'
import { type Ask, type Asked, asker } from './ask.ts'
import { cleanUp } from './clean-up.ts'
import { newFolder } from './folders.ts'

/** The API over a real database of its own, with teams made as tests need them. */
export type TestApp = {
  app: Asked & { routes: readonly { method: string; path: string }[] }
  deps: Deps
  /** What was logged so far. */
  log: { requests: RequestLog[]; errors: unknown[] }
  /** Makes a team and its owner. A test that makes its own has nothing to clean up. */
  newTeam(name?: string): Promise<TestTeam>
  /** Asks as nobody. */
  request: Ask
}

export type TestTeam = Team & {
  owner: User
  /** Asks as the team's owner. */
  request: Ask
  /** Makes a scope of this kind, or takes the team itself; `secrets` is the path of its list. */
  scope(kind: ScopeKind, name?: string): Promise<Scope & { secrets: string }>
}

/** Says who a request comes from, in place of a session's cookie. */
const personHeader = 'test-person'

/** No accounts: these tests say who asks by a header. Those of the server have the real ones. */
const nobody: Identity = {
  user: async () => undefined,
  hashPassword: async () => 'no hash',
  signIn: async () => undefined,
  signOut: async () => new Headers(),
}

/** Opens the app on a database, an empty SQLite file unless told. */
export const openTestApp = async (given: Partial<Deps> & { location?: DatabaseLocation } = {}): Promise<TestApp> => {
  const { location = { kind: 'sqlite', path: join(newFolder(), 'secrets.db') }, ...overrides } = given
  const { db, kind } = openDatabase(location)
  const vault = await createVault(new Uint8Array(32).fill(7))
  const now = () => Date.now()
  const store = await openStore(db, kind, { vault, now })
  cleanUp(() => store.close())

  const people = new Map<string, User>()
  const log: TestApp['log'] = { requests: [], errors: [] }
  const deps: Deps = {
    store,
    vault,
    identity: nobody,
    authenticate: authenticateBySession(
      { user: async ({ headers }) => people.get(headers.get(personHeader) ?? '') },
      store,
    ),
    setupToken: 'the set-up token of the tests',
    now,
    afterArrivals: setImmediate,
    clientAddress: () => '192.0.2.1',
    log: { request: (entry) => log.requests.push(entry), error: (error) => log.errors.push(error) },
    ...overrides,
  }
  const app = createApp(deps)

  const newTeam = async (name = 'Test team'): Promise<TestTeam> => {
    const id = newId('te')
    const team: Team = { id, namespace: `ns-${id}`, name, role: 'owner' }
    const ownerId = newId('us')
    const owner: User = { id: ownerId, name: `Ada ${ownerId}`, email: `${ownerId}@example.com` }
    await addTeam(db, kind, { team, owner, dataKey: await vault.newDataKey(id, newId('dk')), at: now() })
    people.set(owner.id, owner)
    const scope: TestTeam['scope'] = async (kind, name = kind) => {
      const scope: Scope = { kind, id: kind === 'team' ? id : newId(scopeIdPrefixes[kind]) }
      if (kind !== 'team') await store.createScope(id, { ...scope, kind, name }, now())
      return { ...scope, secrets: `/v1/${scopePaths[kind]}/${scope.id}/secrets` }
    }
    return { ...team, owner, scope, request: asker(app, { [personHeader]: owner.id }) }
  }

  return { app, deps, log, newTeam, request: asker(app) }
}
