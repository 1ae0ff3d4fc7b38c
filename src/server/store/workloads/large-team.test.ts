import { join } from 'node:path'
import { CompiledQuery, type Kysely, sql } from 'kysely'
import { beforeAll, describe, expect, it } from 'vitest'
import { createVault } from '#server/crypto/vault.ts'
import { type DatabaseLocation, openDatabase } from '#server/node/database/open-database.ts'
import type { DatabaseKind, Schema } from '#server/store/db/schema.ts'
import { openStore, type Store } from '#server/store/open-store.ts'
import { openRowWriter } from '#server/testing/app/insert-secret-rows.ts'
import { newPostgresDatabase } from '#server/testing/postgres/new-postgres-database.ts'
import { newTemporaryFolder } from '#server/testing/processes/temporary-folder.ts'

const now = () => 1_700_000_000_000
const by = { id: 'us0000000001', name: 'Ada' }
const teamId = 'te0000000001'
const keyId = 'dk0000000001'
const project = { kind: 'project', id: 'pr0000000001' } as const
const otherProject = 'pr0000000002'
const cluster = { kind: 'cluster', id: 'cl0000000001' } as const
const names = ['SECRET_1', 'SECRET_2', 'SECRET_3']
const pair = { projectId: project.id, clusterId: cluster.id }

type Statement = { text: string; parameters: readonly unknown[] }

/**
 * Opens a store on a team whose project and cluster have 20 secrets each, whose own scope has 21, and whose other
 * project has 50,000 used secrets.
 */
const openLargeTeam = async (kind: DatabaseKind) => {
  const location: DatabaseLocation =
    kind === 'sqlite'
      ? { kind, path: join(newTemporaryFolder(), 'secrets.db') }
      : { kind, url: await newPostgresDatabase(), poolSize: 1 }
  const statements: Statement[] = []
  const { db } = openDatabase(location, { note: (text, parameters) => statements.push({ text, parameters }) })
  const vault = await createVault(new Uint8Array(32).fill(7))
  const store = await openStore(db, kind, { vault, now })
  await store.setUp({
    user: { ...by, email: 'ada@example.com', passwordHash: 'none' },
    team: { id: teamId, namespace: 'team', name: 'Team' },
    dataKey: await vault.newDataKey(teamId, keyId),
    context: { at: now() },
  })
  for (const scope of [project, cluster])
    await store.createScope(teamId, { ...scope, name: scope.id }, { by, at: now() })
  const writer = await openRowWriter(location, { teamId, userId: by.id, keyId, algorithm: 'A256GCM' })
  const fill = (scopeId: string, count: number) =>
    writer.write(
      Array.from({ length: count }, (_, index) => {
        const name = `SECRET_${index}`
        return { scopeId, name, revision: index + 1, at: now(), sealed: new Uint8Array(60) }
      }),
    )
  for (const { id } of [project, cluster]) await fill(id, 20)
  await fill(teamId, 21)
  await fill(otherProject, 50_000)
  await sql`insert into secret_use (
      team_id, scope_id, name, api_key_id, project_id, cluster_id, api_key_name, user_id, version, used_at
    ) select team_id, scope_id, name, 'ak0000000001', scope_id, '', 'a key', ${by.id}, 1, created_at
    from secret where team_id = ${teamId} and scope_id = ${otherProject}`.execute(db)
  await writer.tidy()
  await writer.close()
  return { db, store, statements }
}

/** The tables with rows for each secret of the team, by their names in statements. */
const tables = 'secret|secret_version|secret_use|held|used|s|v'

/** Returns how a database would read these tables for a statement: by which condition on an index. */
const readsOf = async (db: Kysely<Schema>, kind: DatabaseKind, { text, parameters }: Statement): Promise<string[]> => {
  if (!/^\s*(select|with)/i.test(text)) return []
  const explain = async <Row>(words: string) =>
    (await db.executeQuery<Row>(CompiledQuery.raw(`${words} ${text}`, [...parameters]))).rows
  if (kind === 'sqlite') {
    const lines = await explain<{ detail: string }>('explain query plan')
    const ofTable = new RegExp(`^(SCAN|SEARCH) (${tables})\\b`)
    return lines.map(({ detail }) => detail).filter((detail) => ofTable.test(detail))
  }
  const lines = await explain<{ 'QUERY PLAN': string }>('explain')
  const nodes = lines.map((line) => line['QUERY PLAN'].trim().replace(/^(?!->|[A-Z][ A-Za-z]+:)/, '-> '))
  const ofTable = new RegExp(`Scan .*on (${tables})\\b`)
  return nodes
    .join('\n')
    .split('-> ')
    .filter((node) => ofTable.test(node))
    .map((node) => node.replaceAll(/^(?!.*(Scan .*on |Index Cond: )).*$/gm, '').trim())
}

describe.each(['sqlite', 'postgres'] as const)('a store on %s', (kind) => {
  let opened: Awaited<ReturnType<typeof openLargeTeam>>
  beforeAll(async () => {
    opened = await openLargeTeam(kind)
    return () => opened.store.close()
  })

  const calls: [string, (store: Store) => Promise<unknown>][] = [
    ['resolves all names', async (store) => store.holders(teamId, await store.pairScopes(teamId, pair), undefined)],
    ['resolves some names', async (store) => store.holders(teamId, await store.pairScopes(teamId, pair), names)],
    ['shows what a pair gets', (store) => store.effectiveMatrix(teamId, pair)],
    ['lists names with overlaps', (store) => store.listSecrets(teamId, project, { overlaps: true })],
    [
      'plans a change',
      (store) => store.planSecret(teamId, project, { name: 'SECRET_1', expect: 'any' }, { at: now() }),
    ],
    [
      'plans an override',
      (store) => store.planSecret(teamId, project, { name: 'SECRET_20', expect: 'any' }, { at: now() }),
    ],
    ['plans the end of a project', (store) => store.planScope(teamId, project, 'deleteScope', { at: now() })],
    ['plans the end of a cluster', (store) => store.planScope(teamId, cluster, 'deleteScope', { at: now() })],
  ]
  it.each(calls)('%s without walking the secrets of other projects', async (_what, call) => {
    const { db, store, statements } = opened
    statements.length = 0
    await call(store)
    const asked = statements.splice(0)
    const reads = await Promise.all(asked.map((statement) => readsOf(db, kind, statement)))
    expect(reads.flat()).not.toEqual([])
    expect(reads.flat().filter((read) => !/\b(scope_id|name|project_id|cluster_id)\b/.test(read))).toEqual([])
  })

  it.runIf(kind === 'postgres')('has all names planned for the project that is asked for', async () => {
    const { db, store } = opened
    const scopes = await store.pairScopes(teamId, pair)
    for (const only of [undefined, names]) await store.holders(teamId, scopes, only)
    // After five runs of a prepared statement, it makes a plan for the average project and keeps that for all.
    const { rows } = await sql<{ statement: string }>`select statement from pg_prepared_statements`.execute(db)
    const kept = rows.map(({ statement }) => statement).filter((statement) => statement.startsWith('select "s"."name"'))
    expect(kept).toEqual([expect.stringContaining('"s"."name" in ')])
  })
})
