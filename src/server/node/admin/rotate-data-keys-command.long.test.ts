import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { parseConfig } from '#server/node/config.ts'
import { openDatabase } from '#server/node/database/open-database.ts'
import { insertTeamSecrets } from '#server/testing/app/insert-secrets.ts'
import { databaseKinds, newFilledInstallation, openAllSealed } from '#server/testing/processes/filled-installation.ts'
import { runAdminInline } from '#server/testing/processes/run-admin-inline.ts'
import { adminMain, runAdminProcess } from '#server/testing/processes/run-admin-process.ts'
import { startServerProcess } from '#server/testing/processes/server-process.ts'
import { startTestServer } from '#server/testing/processes/test-server.ts'

const rotate = (settings: Record<string, string>, ...more: string[]) =>
  runAdminInline(['rotate-data-keys', ...more], settings)
const sorted = (values: readonly string[]) => values.toSorted()

describe.each(databaseKinds)('new data keys on %s', { timeout: 120_000 }, (kind) => {
  it('reseal every value in every table while servers run, and replace the old keys', async () => {
    const { settings, server, set, resolved, expected, teamId } = await newFilledInstallation(kind)
    const before = await openAllSealed(settings)
    const { code, stdout, stderr } = await rotate(settings)
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toContain(
      `(${teamId}): ${before.values.length} values were sealed anew; the keys before are deleted.`,
    )
    const after = await openAllSealed(settings)
    expect(sorted(after.values)).toEqual(sorted(before.values))
    expect([after.keyIds.length, before.keyIds.includes(after.keyIds[0] ?? '')]).toEqual([1, false])

    for (const by of [server, await startTestServer(settings)]) {
      expect(await resolved(by)).toEqual(expected)
      await set('LATER', crypto.randomUUID(), by)
    }
    const again = await rotate(settings, '--team', teamId)
    expect([again.code, again.stdout.includes('going on')]).toEqual([0, false])
    expect(await resolved(server)).toEqual(expected)
  })

  it('are recorded in the audit trail without a person', async () => {
    const { settings, server, cookie } = await newFilledInstallation(kind)
    const [old = ''] = (await openAllSealed(settings)).keyIds
    await rotate(settings)
    const [now = ''] = (await openAllSealed(settings)).keyIds
    const { json } = await server.request('GET', '/v1/audit?action=team.rotate', undefined, cookie)
    expect(json.items).toMatchObject([
      { by: null, detail: `every value is sealed with data key ${now}` },
      { by: null, detail: `data key ${old} → ${now}` },
    ])
  })

  it('keep the comparison with the current value working', async () => {
    const { settings, server, cookie, expected } = await newFilledInstallation(kind)
    await rotate(settings)
    const put = async (value: string) => {
      const path = '/v1/teams/gradient-next/secrets/NAME_1'
      return (await server.request('PUT', path, { value }, cookie)).json
    }
    expect(await put(expected.NAME_1 ?? '')).toMatchObject({ version: 1, unchanged: true })
    expect(await put('another')).toMatchObject({ version: 2 })
  })

  it('lose nothing when the rotation is killed, and the next run continues it', async () => {
    const { settings, resolved, expected } = await newFilledInstallation(kind)
    const count = 6000
    await insertTeamSecrets(settings, count)
    const before = sorted((await openAllSealed(settings)).values)
    const { db } = openDatabase(parseConfig(settings).database)
    let cutShort = 0
    for (let round = 0; round < 8; round++) {
      const first = (await db.selectFrom('data_key').select('id').execute()).length
      const child = spawn(process.execPath, [adminMain, 'rotate-data-keys'], {
        env: { PATH: process.env.PATH, ...settings },
        stdio: 'ignore',
      })
      const ended = once(child, 'exit')
      // Kills it after the second key exists, within this number of values.
      const enough = Math.floor(Math.random() * count)
      while (child.exitCode === null && child.signalCode === null) {
        const keys = await db.selectFrom('data_key').select('id').orderBy('created_at', 'desc').execute()
        const { moved } = await db
          .selectFrom('secret_version')
          .select((eb) => eb.fn.countAll<number>().as('moved'))
          .where('key_id', '=', keys[0]?.id ?? '')
          .executeTakeFirstOrThrow()
        if (keys.length > 1 && Number(moved) >= enough) break
        if (keys.length === 1 && first > 1) break
        await new Promise((resume) => setTimeout(resume, 2))
      }
      child.kill('SIGKILL')
      await ended
      const left = await openAllSealed(settings)
      expect(sorted(left.values)).toEqual(before)
      if (left.keyIds.length > 1) cutShort++
    }
    expect(cutShort).toBeGreaterThan(0)
    await db.destroy()
    const interrupted = (await openAllSealed(settings)).keyIds.length > 1
    const { code, stdout } = await rotate(settings)
    expect([code, stdout.includes('going on with a rotation that had been cut short')]).toEqual([0, interrupted])
    const after = await openAllSealed(settings)
    expect([sorted(after.values), after.keyIds.length]).toEqual([before, 1])
    expect(await resolved(await startTestServer(settings))).toMatchObject(expected)
  })

  it('lose nothing that any server sets during the rotation', async () => {
    const { settings, server, set, resolved, expected } = await newFilledInstallation(kind)
    await insertTeamSecrets(settings, 3000)
    const other = startServerProcess(settings)
    await other.ready
    let over = false
    let sets = 0
    const setting = [server, other].map(async (by, index) => {
      while (!over) await set(`SET_${index}_${sets++ % 7}`, crypto.randomUUID(), by)
    })
    // In a process of its own: with SQLite, a write that waits for another one blocks its process.
    for (let round = 0; round < 2; round++) expect((await runAdminProcess(['rotate-data-keys'], settings)).code).toBe(0)
    over = true
    await Promise.all(setting)
    expect(sets).toBeGreaterThan(20)
    for (const by of [server, other]) expect(await resolved(by)).toMatchObject(expected)
    await openAllSealed(settings)
  })

  it('skip a value that does not open, name it, and keep its key', async () => {
    const { settings, resolved, server, expected } = await newFilledInstallation(kind)
    const { db } = openDatabase(parseConfig(settings).database)
    const row = db.selectFrom('secret_version').select('sealed').where('name', '=', 'NAME_1')
    const { sealed } = await row.executeTakeFirstOrThrow()
    const write = (bytes: Uint8Array) =>
      db.updateTable('secret_version').set({ sealed: bytes }).where('name', '=', 'NAME_1').execute()
    await write(Buffer.from(sealed).fill(0, 20, 22))
    const { code, stdout, stderr } = await rotate(settings)
    expect([code, stdout.includes('the keys before stay')]).toEqual([1, true])
    expect(stderr).toContain('One value does not open')
    expect(stderr).toMatch(/NAME_1, version 1, in te\w+ \(table secret_version\)/)
    expect(stderr).not.toContain(expected.NAME_1)
    await write(sealed)
    await db.destroy()
    expect((await rotate(settings)).stdout).toContain(': 1 value was sealed anew, going on')
    expect(await resolved(server)).toEqual(expected)
  })
})

it('rejects an unknown team and lists the existing ones', { timeout: 60_000 }, async () => {
  const { settings, teamId } = await newFilledInstallation('sqlite')
  const { code, stderr } = await rotate(settings, '--team', 'te0')
  expect(code).toBe(1)
  expect(stderr).toContain(`There is no team “te0”. There are: ${teamId} (Gradient Next)`)
})
