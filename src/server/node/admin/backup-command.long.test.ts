import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, watch } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { startOnTerminal } from '#cli/testing/terminal.ts'
import { openDatabase } from '#server/node/database/open-database.ts'
import { insertTeamSecrets } from '#server/testing/app/insert-secrets.ts'
import { openTestApp } from '#server/testing/app/test-app.ts'
import { cleanUp } from '#server/testing/clean-up.ts'
import { newEmptyInstallation } from '#server/testing/processes/empty-installation.ts'
import { adminMain, runAdminProcess } from '#server/testing/processes/run-admin-process.ts'
import { newTemporaryFolder } from '#server/testing/processes/temporary-folder.ts'

const place = await newEmptyInstallation('sqlite')
const { newTeam } = await openTestApp({ location: place.config.database })
await newTeam()
await insertTeamSecrets(place.settings, 5000)

/** Starts a backup and sends it a signal as soon as the folder has a file. */
const endedBy = async (signal: NodeJS.Signals) => {
  const folder = newTemporaryFolder()
  const watcher = watch(folder)
  const child = spawn(process.execPath, [adminMain, 'backup', join(folder, 'backup')], {
    env: { PATH: process.env.PATH, ...place.settings },
    stdio: 'ignore',
  })
  const ended = once(child, 'close')
  await once(watcher, 'change')
  child.kill(signal)
  watcher.close()
  const [code, by]: [number | null, NodeJS.Signals | null] = await ended.then(([code, by]) => [code, by])
  return { folder, code, by }
}

it('a killed backup leaves no file under its name, and the next one succeeds', async () => {
  const { folder, by } = await endedBy('SIGKILL')
  expect([by, existsSync(join(folder, 'backup'))]).toEqual(['SIGKILL', false])
  expect((await runAdminProcess(['backup', join(folder, 'backup')], place.settings)).code).toBe(0)
})

it.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('a backup that is ended by %s leaves no file', async (signal, expected) => {
  const { folder, code } = await endedBy(signal)
  expect([code, readdirSync(folder)]).toEqual([expected, []])
})

it('a large backup with one unreadable value is kept as failed and exits with 1', async () => {
  const { db } = openDatabase(place.config.database)
  cleanUp(() => db.destroy())
  const one = db.updateTable('secret_version').where('name', '=', 'FILLED_0004321')
  await one.set({ sealed: new Uint8Array(40) }).execute()
  const folder = newTemporaryFolder()
  const { code, stdout, stderr } = await runAdminProcess(['backup', join(folder, 'backup')], place.settings)
  expect([code, stdout, readdirSync(folder)]).toEqual([1, '', ['backup.failed']])
  expect(stderr).toContain('Version 1 of “FILLED_0004321” in te')
  await db.deleteFrom('secret').where('name', '=', 'FILLED_0004321').execute()
})

it('on a terminal, a progress bar appears and is removed at the end', async () => {
  const file = join(newTemporaryFolder(), 'backup')
  const command = [process.execPath, adminMain, 'backup', file] as const
  const terminal = startOnTerminal([], { command, env: place.settings, columns: 200 })
  await terminal.screen.until('Copying   ')
  await terminal.screen.until('Restoring ')
  await terminal.screen.until('Verifying ')
  await terminal.screen.until('\u001b[KVERIFIED 4999 secrets')
  expect(await terminal.ended).toBe(0)
})

it.each([
  [['backup'], 'Name the file'],
  [['backup', 'one', 'two'], 'Name one file only'],
  [['backup', '--fast', 'one'], 'fast'],
  [['restore'], 'Name the backup to restore'],
])('rejects wrong arguments: %j', async (args, reason) => {
  const { code, stdout, stderr } = await runAdminProcess(args, place.settings)
  expect([code, stdout]).toEqual([64, ''])
  expect(stderr).toContain(reason)
})
