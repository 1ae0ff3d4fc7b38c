import { copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { newDataFolder } from '#server/testing/processes/data-folder.ts'
import { newFilledInstallation } from '#server/testing/processes/filled-installation.ts'
import { runAdminInline } from '#server/testing/processes/run-admin-inline.ts'
import { newTemporaryFolder } from '#server/testing/processes/temporary-folder.ts'
import { startTestServer } from '#server/testing/processes/test-server.ts'

// Runs each command once, on SQLite. The long tests of this folder and of backup cover other cases, both databases and
// kills.

const { folder, settings, resolved, expected } = await newFilledInstallation('sqlite')
const run = async (command: string, ...args: string[]) => {
  const { code, stdout, stderr } = await runAdminInline([command, ...args], settings)
  expect({ command, code, stderr }).toEqual({ command, code: 0, stderr: '' })
  return stdout
}

it('the admin commands rotate keys, back up, restore and check, and lose no value', async () => {
  expect(await run('rotate-master-key')).toContain('is now')
  expect(await run('rotate-data-keys')).toContain('the keys before are deleted')
  expect(await run('recovery-kit')).toMatch(/^ {3}1 \w/m)
  expect(await run('doctor', '--full')).toMatch(/^ok {4}values: /m)

  const backup = join(newTemporaryFolder(), 'backup')
  expect(await run('backup', backup)).toMatch(/^VERIFIED \d+ secrets/)
  const restored = newDataFolder()
  mkdirSync(restored, { mode: 0o700 })
  copyFileSync(join(folder, 'master.key'), join(restored, 'master.key'))
  const { code } = await runAdminInline(['restore', backup], { ...settings, DATA_DIR: restored })
  expect(code).toBe(0)
  expect(await resolved(await startTestServer({ ...settings, DATA_DIR: restored }))).toEqual(expected)
})
