import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { watch } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseConfig } from '#server/node/config.ts'
import { openDatabase, peekKeyCheck } from '#server/node/database/open-database.ts'
import { masterKeySource, openVault } from '#server/node/keys/master-key.ts'
import { writeKeyFile } from '#server/node/keys/master-key-file.ts'
import { withRotationLock } from '#server/node/keys/rotation-lock.ts'
import { openStore } from '#server/store/open-store.ts'
import { totp } from '#server/testing/fakes/totp.ts'
import { newPostgresDatabase } from '#server/testing/postgres/new-postgres-database.ts'
import { dataFolderContent, newDataFolder } from '#server/testing/processes/data-folder.ts'
import { databaseKinds, newFilledInstallation, openAllSealed } from '#server/testing/processes/filled-installation.ts'
import { runAdminInline } from '#server/testing/processes/run-admin-inline.ts'
import { adminMain, runAdminProcess } from '#server/testing/processes/run-admin-process.ts'
import { fileMode } from '#server/testing/processes/temporary-folder.ts'
import { firstAccount, sessionCookie, startFailure, startTestServer } from '#server/testing/processes/test-server.ts'
import { collectExport, verifyExport } from '#server/testing/verify-export-file.ts'
import type { AuditRecord } from '#shared/audit/audit-record.ts'
import type { Page } from '#shared/page.ts'
import type { TwoFactorSetup } from '#shared/people/account.ts'
import { type RotationStep, rotateToNextKey } from './rotate-master-key-command.ts'

const keyIn = (folder: string) => readFileSync(join(folder, 'master.key'), 'utf8')
const newKey = () => Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64')

describe.each(databaseKinds)('a new master key on %s', { timeout: 120_000 }, (kind) => {
  it('opens all stored values, on running servers and after a start, and the old key opens none', async () => {
    const { folder, settings, server, set, resolved, expected } = await newFilledInstallation(kind)
    // A server that has not opened the team’s data key yet, and needs the new master key for that.
    const fresh = await startTestServer(settings)
    const before = keyIn(folder)
    const { code, stdout, stderr } = await runAdminInline(['rotate-master-key'], settings)
    expect([code, stderr]).toEqual([0, ''])
    expect(keyIn(folder)).not.toBe(before)
    const [, old = '', now = ''] = stdout.match(/master\.key\.old-([\w-]+).*/) ?? []
    expect(now).toBe('')
    const oldPath = join(folder, `master.key.old-${old}`)
    expect([readFileSync(oldPath, 'utf8'), fileMode(oldPath), fileMode(join(folder, 'master.key'))]).toEqual([
      before,
      '0600',
      '0600',
    ])
    expect(stdout).not.toContain(keyIn(folder).trim())

    for (const by of [server, fresh]) expect(await resolved(by)).toEqual(expected)
    await set('LATER', 'by a server from before', server)
    await set('LATER_TOO', 'by the other', fresh)
    expect(await resolved(await startTestServer(settings))).toEqual(expected)
    expect((await openAllSealed(settings)).values).toEqual(expect.arrayContaining(Object.values(expected)))

    const refusal = await startFailure({ ...settings, MASTER_KEY: before.trim() })
    expect(refusal).toContain('does not belong to this database')
  })

  it('keeps sessions, second factors and the verifiable audit trail', async () => {
    const { settings, server, cookie, teamId } = await newFilledInstallation(kind)
    const { json: setup } = await server.request<TwoFactorSetup>(
      'POST',
      '/v1/account/two-factor',
      { password: firstAccount.password },
      cookie,
    )
    const on = await server.request('POST', '/v1/account/two-factor/on', { code: totp(setup.seed) }, cookie)
    expect(on.status).toBe(204)
    const session = sessionCookie(on, cookie)
    expect((await runAdminInline(['rotate-master-key'], settings)).code).toBe(0)
    const after = await startTestServer(settings)
    for (const by of [server, after]) {
      expect((await by.request('GET', '/v1/session', undefined, session)).status).toBe(200)
    }
    const asked = { email: firstAccount.email, password: firstAccount.password, code: totp(setup.seed, 1) }
    expect((await after.request('POST', '/v1/session', asked)).status).toBe(200)

    const { items } = (
      await after.request<Page<AuditRecord>>('GET', '/v1/audit?action=team.rotate', undefined, session)
    ).json
    expect(items).toMatchObject([{ by: null, detail: expect.stringMatching(/^master key [\w-]{14} → [\w-]{14}$/) }])
    const config = parseConfig(settings)
    const vault = await openVault(masterKeySource(config.masterKey), await peekKeyCheck(config.database))
    const store = await openStore(openDatabase(config.database).db, kind, { vault, now: () => Date.now() })
    const trail = await collectExport(store.auditLines(teamId))
    expect(await verifyExport(trail, store.auditPublicKey())).toMatchObject({ ok: true })
    await store.close()
  })

  it('is found by a start after each step of an interrupted rotation, and the next run completes it', async () => {
    const { folder, settings, resolved, expected } = await newFilledInstallation(kind)
    const config = parseConfig(settings)
    const steps: RotationStep[] = ['next key kept', 'database changed', 'file replaced']
    for (const step of steps) {
      const before = keyIn(folder)
      const cut = withRotationLock(config.database, () =>
        rotateToNextKey(config, {}, (reached) => {
          if (reached === step) throw new Error('cut short')
        }),
      )
      await expect(cut).rejects.toThrow('cut short')
      expect(await resolved(await startTestServer(settings))).toEqual(expected)
      const kit = await runAdminInline(['recovery-kit'], settings)
      expect(kit.code).toBe(0)
      expect(kit.stdout).toContain((await openAllSealed(settings)).masterKeyId)
      if (step === 'file replaced') continue
      expect(existsSync(join(folder, 'master.key.next'))).toBe(true)
      const { code, stdout } = await runAdminInline(['rotate-master-key'], settings)
      expect(code).toBe(0)
      expect(stdout).toContain(step === 'database changed' ? 'that was begun is complete' : 'is now')
      expect(keyIn(folder)).not.toBe(before)
      expect(existsSync(join(folder, 'master.key.next'))).toBe(false)
      expect(await resolved(await startTestServer(settings))).toEqual(expected)
    }
  })

  it('is found by a start after a rotation that was killed at any moment', async () => {
    const { folder, settings, resolved, expected } = await newFilledInstallation(kind)
    const values = (await openAllSealed(settings)).values.toSorted()
    for (let round = 0; round < 6; round++) {
      const seen = new AbortController()
      const child = spawn(process.execPath, [adminMain, 'rotate-master-key'], {
        env: { PATH: process.env.PATH, ...settings },
        stdio: 'ignore',
      })
      const ended = once(child, 'exit').finally(() => seen.abort())
      // Kills it at or after the moment when the next key is written.
      const writing = (async () => {
        for await (const { filename } of watch(folder, { signal: seen.signal })) {
          if (filename === 'master.key.next') return
        }
      })()
      await writing.catch(() => undefined)
      await new Promise((resume) => setTimeout(resume, Math.random() * 120))
      child.kill('SIGKILL')
      await ended
      expect((await openAllSealed(settings)).values.toSorted()).toEqual(values)
    }
    expect(await resolved(await startTestServer(settings))).toEqual(expected)
    expect((await runAdminInline(['rotate-master-key'], settings)).code).toBe(0)
    expect(await resolved(await startTestServer(settings))).toEqual(expected)
  })

  it('is rejected while another rotation runs, and nothing changes', async () => {
    const { folder, settings } = await newFilledInstallation(kind)
    const before = keyIn(folder)
    await withRotationLock(parseConfig(settings).database, async () => {
      for (const command of ['rotate-master-key', 'rotate-data-keys']) {
        const { code, stdout, stderr } = await runAdminProcess([command], settings)
        expect([code, stdout]).toEqual([1, ''])
        expect(stderr).toContain('Another rotation of keys is under way')
      }
    })
    expect([keyIn(folder), existsSync(join(folder, 'master.key.next'))]).toEqual([before, false])
    expect((await runAdminInline(['rotate-master-key'], settings)).code).toBe(0)
  })

  it('keeps the data key that an older server creates at its set-up', async () => {
    const database = kind === 'postgres' ? { DATABASE_URL: await newPostgresDatabase() } : {}
    const settings = { DATA_DIR: newDataFolder(), SETUP_TOKEN: firstAccount.token, ...database }
    const server = await startTestServer(settings)
    expect((await runAdminInline(['rotate-master-key'], settings)).code).toBe(0)
    const refused = await server.request('POST', '/v1/setup', firstAccount)
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1'])
    const cookie = sessionCookie(await server.request('POST', '/v1/setup', firstAccount))
    await server.request('PUT', '/v1/teams/gradient-next/secrets/A', { value: 'kept' }, cookie)
    expect((await openAllSealed(settings)).values).toEqual(['kept'])
  })
})

describe('a master key of several nodes is rotated', { timeout: 60_000 }, () => {
  it('by MASTER_KEY_NEXT on each node, while both serve and every start succeeds', async () => {
    const [old, next] = [newKey(), newKey()]
    const { settings, set, resolved, expected } = await newFilledInstallation('postgres', { more: { MASTER_KEY: old } })
    expect((await runAdminInline(['rotate-master-key'], settings)).stderr).toContain('Set MASTER_KEY_NEXT')
    const both = { ...settings, MASTER_KEY_NEXT: next }
    const [one, two] = [await startTestServer(both), await startTestServer(both)]
    const { code, stdout } = await runAdminInline(['rotate-master-key'], both)
    expect(code).toBe(0)
    expect(stdout).toContain('Set MASTER_KEY to it on every node')
    expect(stdout).not.toContain(next)
    for (const by of [one, two, await startTestServer(both)]) expect(await resolved(by)).toEqual(expected)
    await set('LATER', 'by one', one)
    const last = await startTestServer({ ...settings, MASTER_KEY: next })
    for (const by of [two, last]) expect(await resolved(by)).toEqual(expected)
    // On a node without the next key: its running server continues, and a start is rejected.
    expect(await startFailure(settings)).toContain('does not belong to this database')
  })

  it('by a prepared file that is copied to each node', async () => {
    const { folder, settings, resolved, expected } = await newFilledInstallation('postgres')
    const other = { ...settings, MASTER_KEY_FILE: join(newDataFolder(), 'node.key') }
    writeKeyFile(other.MASTER_KEY_FILE, Buffer.from(keyIn(folder), 'base64'))
    const node = await startTestServer(other)
    const prepared = await runAdminInline(['rotate-master-key', '--prepare'], settings)
    expect(prepared).toMatchObject({ code: 0, stdout: expect.stringContaining('Copy the file') })
    const next = readFileSync(join(folder, 'master.key.next'), 'utf8')
    writeKeyFile(`${other.MASTER_KEY_FILE}.next`, Buffer.from(next, 'base64'))
    expect(await resolved(await startTestServer(other))).toEqual(expected)
    expect((await runAdminInline(['rotate-master-key'], settings)).code).toBe(0)
    expect(keyIn(folder)).toBe(next)
    for (const by of [node, await startTestServer(other)]) expect(await resolved(by)).toEqual(expected)
    expect((await runAdminInline(['rotate-master-key'], other)).stdout).toContain('is complete')
    expect(readFileSync(other.MASTER_KEY_FILE, 'utf8')).toBe(next)
  })
})

describe('a new master key from a file', { timeout: 60_000 }, () => {
  it('replaces the old one', async () => {
    const { folder, settings, resolved, expected } = await newFilledInstallation('sqlite')
    const [path, key] = [join(newDataFolder(), 'new.key'), newKey()]
    writeKeyFile(path, Buffer.from(key, 'base64'))
    expect((await runAdminInline(['rotate-master-key', '--to', path], settings)).code).toBe(0)
    expect(keyIn(folder).trim()).toBe(key)
    expect(await resolved(await startTestServer(settings))).toEqual(expected)
  })

  it.each([
    ['there is none', undefined, 'There is no file'],
    ['it holds no key', 'canary', 'must be 32 bytes in base64'],
    ['it is a damaged one of KMS', '{"canary":1}', 'is damaged'],
  ])('is rejected when %s, and nothing is written', async (_why, text, reason) => {
    const { folder, settings, server } = await newFilledInstallation('sqlite')
    await server.stop()
    const path = join(folder, '..', 'new.key')
    if (text !== undefined) writeFileSync(path, text)
    const before = dataFolderContent(folder)
    const { code, stderr } = await runAdminInline(['rotate-master-key', '--to', path], settings)
    expect(code).toBe(1)
    expect(stderr).toContain(reason)
    expect(stderr).not.toContain('canary')
    const { 'secrets.db.rotation': _, ...after } = dataFolderContent(folder)
    expect(after).toEqual(before)
  })
})

it('a rotation without a database is rejected and creates none', async () => {
  for (const command of ['rotate-master-key', 'rotate-data-keys']) {
    const folder = newDataFolder()
    const { code, stderr } = await runAdminInline([command], { DATA_DIR: folder })
    expect([code, existsSync(folder)]).toEqual([1, false])
    expect(stderr).toContain('There is no database here')
  }
})

it('a rotation without the current master key is rejected with advice', { timeout: 60_000 }, async () => {
  const { folder, settings } = await newFilledInstallation('sqlite')
  renameSync(join(folder, 'master.key'), join(folder, '..', 'lost'))
  const { code, stderr } = await runAdminInline(['rotate-master-key'], settings)
  expect([code, readdirSync(folder).filter((name) => name.startsWith('master'))]).toEqual([1, []])
  expect(stderr).toContain('recovery-kit --restore')
})

it.each([
  [['rotate-master-key', '--frobnicate'], 'frobnicate'],
  [['rotate-master-key', 'FILE'], 'FILE'],
  [['rotate-master-key', '--to', ''], 'Name the file'],
  [['rotate-data-keys', '--team'], 'team'],
])('rejects wrong arguments: %j', async (args, reason) => {
  const { code, stdout, stderr } = await runAdminProcess(args, { DATA_DIR: newDataFolder() })
  expect([code, stdout]).toEqual([64, ''])
  expect(stderr).toContain(reason)
})
