import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { createVault } from '#server/crypto/vault.ts'
import { openDatabase } from '#server/node/database/open-database.ts'
import { nodeCipher } from '#server/node/keys/node-crypto.ts'
import { openStore } from '#server/store/open-store.ts'
import { type ServerProcess, startServerProcess } from '#server/testing/processes/server-process.ts'
import { newTemporaryFolder } from '#server/testing/processes/temporary-folder.ts'
import { firstAccount, type SessionHeaders, sessionCookie } from '#server/testing/processes/test-server.ts'
import { collectExport, verifyExport } from '#server/testing/verify-export-file.ts'
import type { Session } from '#shared/people/session.ts'
import type { Scope } from '#shared/scope.ts'
import type { Secret } from '#shared/secret.ts'

const rounds = 5
/** Each writer sets names of its own and one name that all writers share. */
const writers = 8

/** What a client knows of a name: the values that it sent, and the last one that the server acknowledged. */
type Known = { sent: Set<string>; acknowledged: { version: number; value: string } | undefined }

/** Sets secrets without a pause, and kills the server after a random number of them. */
const setUntilKilled = async (server: ServerProcess, cookie: SessionHeaders, known: Map<string, Known>) => {
  let left = 1 + Math.floor(Math.random() * 60)
  const set = async (name: string) => {
    const value = `${name} ${crypto.randomUUID()}`
    const entry = known.get(name) ?? { sent: new Set(), acknowledged: undefined }
    known.set(name, entry)
    entry.sent.add(value)
    const { status, json } = await server.request<Secret>(
      'PUT',
      `/v1/teams/gradient-next/secrets/${name}`,
      { value },
      cookie,
    )
    expect([200, 201]).toContain(status)
    if (json.version > (entry.acknowledged?.version ?? 0)) entry.acknowledged = { version: json.version, value }
    if (--left === 0) server.kill('SIGKILL')
  }
  const write = async (writer: number) => {
    for (let count = 0; ; count++) await set(count % 3 ? `OWN_${writer}_${count % 5}` : 'SHARED')
  }
  const gone = await Promise.allSettled(Array.from({ length: writers }, (_, writer) => write(writer)))
  // Every writer stops because its connection broke, and for no other reason.
  for (const outcome of gone) {
    expect(outcome).toMatchObject({ status: 'rejected', reason: { code: expect.stringMatching(/^ECONN/) } })
  }
}

/** Checks the data of a killed server: every acknowledged set is there, and every value is whole. */
const check = async (folder: string, team: string, known: Map<string, Known>) => {
  const masterKey = new Uint8Array(Buffer.from(readFileSync(join(folder, 'master.key'), 'utf8'), 'base64'))
  const vault = await createVault(masterKey, nodeCipher)
  const { db, kind } = openDatabase({ kind: 'sqlite', path: join(folder, 'secrets.db') })
  const store = await openStore(db, kind, { vault, now: () => Date.now() })
  try {
    const { rows } = await sql<{ integrity_check: string }>`pragma integrity_check`.execute(db)
    expect(rows).toEqual([{ integrity_check: 'ok' }])
    expect((await sql`pragma foreign_key_check`.execute(db)).rows).toEqual([])

    const scope: Scope = { kind: 'team', id: team }
    const { items, total } = await store.listSecrets(team, scope, {})
    expect(items).toHaveLength(total)
    const stored = new Map(items.map((item) => [item.name, item]))
    for (const [name, { sent, acknowledged }] of known) {
      const found = stored.get(name)
      if (acknowledged) expect(found?.version).toBeGreaterThanOrEqual(acknowledged.version)
      if (!found) continue
      const { version, sealed } = await store.sealedSecret(team, scope, name)
      expect(version).toBe(found.version)
      const value = await vault.open(await store.dataKey(team), { teamId: team, scopeId: team, name, version }, sealed)
      expect(sent).toContain(value)
      if (version === acknowledged?.version) expect(value).toBe(acknowledged.value)
    }
    expect([...stored.keys()].filter((name) => !known.has(name))).toEqual([])

    const trail = await collectExport(store.auditLines(team))
    expect(await verifyExport(trail, store.auditPublicKey())).toMatchObject({ ok: true })
    // One audit record per version: none for a lost change, and no change without one.
    const versions = items.reduce((sum, { version }) => sum + version, 0)
    expect(trail.match(/"action":"secret\.(set|edit)"/g)).toHaveLength(versions)
  } finally {
    await store.close()
  }
}

it('a server that is killed during sets keeps every acknowledged set and no partial one', async () => {
  const folder = join(newTemporaryFolder(), 'data')
  const known = new Map<string, Known>()
  let server = startServerProcess({ DATA_DIR: folder, SETUP_TOKEN: firstAccount.token })
  const setUp = await server.request<Session>('POST', '/v1/setup', firstAccount)
  const cookie = sessionCookie(setUp)
  for (let round = 1; round <= rounds; round++) {
    await setUntilKilled(server, cookie, known)
    expect(await server.ended).toBe('SIGKILL')
    await check(folder, setUp.json.team?.id ?? '', known)
    server = startServerProcess({ DATA_DIR: folder })
    await server.ready
  }
  expect(known.get('SHARED')?.acknowledged).toBeDefined()
}, 60_000)
