import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { cleanUp } from '#server/testing/clean-up.ts'
import { startFakeKms } from '#server/testing/fakes/fake-kms.ts'
import { dataFolderContent, newDataFolder } from '#server/testing/processes/data-folder.ts'
import { newFilledInstallation } from '#server/testing/processes/filled-installation.ts'
import { runAdminInline } from '#server/testing/processes/run-admin-inline.ts'
import { runAdminProcess } from '#server/testing/processes/run-admin-process.ts'
import { startServerProcess } from '#server/testing/processes/server-process.ts'
import { startFailure, startTestServer } from '#server/testing/processes/test-server.ts'
import { splitWords, wordsToKey } from './recovery-words.ts'

type Envelope = { kms: string; installation: string; blob: string }
const fileOf = (folder: string) => join(folder, 'master.key')
const envelopeOf = (folder: string): Envelope => JSON.parse(readFileSync(fileOf(folder), 'utf8'))

/** Sets variables of this process, because the AWS client reads its settings from there. */
const withAws = <Result>(
  settings: Record<string, string>,
  run: (settings: Record<string, string>) => Result,
): Result => {
  for (const [name, value] of Object.entries(settings)) if (name.startsWith('AWS_')) vi.stubEnv(name, value)
  return run(settings)
}
const start = (settings: Record<string, string>) => withAws(settings, startTestServer)
const admin = (command: string, settings: Record<string, string>) =>
  withAws(settings, () => runAdminInline([command], settings))
const install = (kms: { settings: Record<string, string> }, key: string) =>
  withAws({ ...kms.settings, MASTER_KEY_KMS: key }, (more) => newFilledInstallation('sqlite', { more }))

/** Returns a stopped installation that tests only start. */
const kms = await startFakeKms()
const key = kms.newKey()
const installed = await install(kms, key)
await installed.server.stop()
const before = dataFolderContent(installed.folder)

/** Returns a KMS key that no other test uses. */
const newKeyed = async () => {
  const kms = await startFakeKms()
  const key = kms.newKey()
  const installed = await install(kms, key)
  return { kms, key, ...installed }
}

describe('a master key that AWS KMS keeps', { timeout: 60_000 }, () => {
  it('is generated at the first start and decrypted at every start, bound to the installation', async () => {
    const { kms, key, folder, settings, resolved, expected } = await newKeyed()
    const { installation, ...rest } = envelopeOf(folder)
    expect(rest).toEqual({ kms: key, blob: expect.any(String) })
    const context = { application: 'gradient-secrets', installation }
    expect(kms.asked).toEqual([{ operation: 'GenerateDataKey', key, context }])
    expect(await resolved(startServerProcess(settings))).toEqual(expected)
    expect(await resolved(await start(settings))).toEqual(expected)
    // KMS is called at starts, never for a request.
    const opened = { operation: 'Decrypt', key, context }
    expect(kms.asked.slice(1)).toEqual([opened, opened])
  })

  it('is rotated to a new one while a server runs', async () => {
    const { kms, folder, settings, server, set, resolved, expected } = await newKeyed()
    const before = envelopeOf(folder)
    const other = kms.newKey()
    const { code, stdout } = await admin('rotate-master-key', { ...settings, MASTER_KEY_KMS: other })
    expect(code).toBe(0)
    expect(stdout).toContain('The master key is now')
    expect(envelopeOf(folder)).toEqual({ ...before, kms: other, blob: expect.any(String) })
    await set('LATER', 'after the rotation', server)
    expect(await resolved(server)).toEqual(expected)
    kms.forget(before.kms)
    expect(await resolved(await start({ ...settings, MASTER_KEY_KMS: other }))).toEqual(expected)
  })

  it('can be printed as a recovery kit, which restores the installation when the KMS key is lost', async () => {
    const { kms, key, folder, settings, server, resolved, expected } = await newKeyed()
    const { stdout, code } = await admin('recovery-kit', settings)
    expect(code).toBe(0)
    const words = splitWords(stdout.match(/^ {3}1 [\s\S]*?24 \w+$/m)?.[0] ?? '')
    expect(wordsToKey(words)).toHaveProperty('key')
    kms.forget(key)
    await server.stop()
    rmSync(fileOf(folder))
    const restored = await runAdminProcess(['recovery-kit', '--restore', fileOf(folder)], settings, words.join(' '))
    expect(restored.stdout).toContain('Leave MASTER_KEY_KMS out')
    const { MASTER_KEY_KMS: _, ...without } = settings
    expect(await resolved(await start(without))).toEqual(expected)
    // Then rotates to another KMS key.
    const moved = { ...settings, MASTER_KEY_KMS: kms.newKey() }
    expect(await withAws(moved, startFailure)).toContain('rotate-master-key')
    expect((await admin('rotate-master-key', moved)).code).toBe(0)
    expect(await resolved(await start(moved))).toEqual(expected)
  })
})

describe('when AWS KMS does not decrypt the master key, a start is rejected before it writes anything', {
  timeout: 60_000,
}, () => {
  const refusal = async (more: Record<string, string> = {}) => {
    const said = await withAws({ ...installed.settings, ...more }, startFailure)
    expect(said).toMatch(/^The master key is kept by AWS KMS.*Nothing was written\.$/)
    return said
  }

  it.each([
    ['AccessDeniedException', 'allow kms:Decrypt'],
    ['ThrottlingException', 'asked too much'],
    ['DisabledException', 'Enable it'],
    ['KMSInvalidStateException', 'deletion'],
    ['UnrecognizedClientException', 'credentials'],
    ['SurprisingException', 'SurprisingException'],
    ['never', 'does not answer'],
  ])('%s', async (mood, reason) => {
    kms.mood = mood
    const said = await refusal().finally(() => {
      kms.mood = 'well'
    })
    expect(said).toContain(reason)
    expect(said).not.toContain('said the fake')
    expect(dataFolderContent(installed.folder)).toEqual(before)
  })

  it('unreachable', async () => {
    const gone = createServer().listen(0, '127.0.0.1')
    await new Promise((ready) => gone.once('listening', ready))
    const { port } = gone.address() as { port: number }
    gone.close()
    expect(await refusal({ AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` })).toContain('does not answer')
    expect(dataFolderContent(installed.folder)).toEqual(before)
  })

  it('without a region', async () => {
    expect(await refusal({ AWS_REGION: '' })).toContain('AWS_REGION')
  })

  it.each([
    [
      'is of another installation',
      (kept: Envelope) => ({ ...kept, installation: 'in00000000' }),
      'of another installation',
    ],
    ['is of another key', (kept: Envelope) => ({ ...kept, kms: kms.newKey() }), 'of another installation'],
    ['is of a key that is gone', (kept: Envelope) => ({ ...kept, kms: `${kept.kms}x` }), 'no such key'],
  ])('because the file %s', async (_what, change, reason) => {
    const path = fileOf(installed.folder)
    const kept = readFileSync(path, 'utf8')
    cleanUp(() => writeFileSync(path, kept))
    writeFileSync(path, JSON.stringify(change(JSON.parse(kept))))
    expect(await refusal()).toContain(reason)
  })

  it('also the very first start, which creates no folder', async () => {
    const folder = newDataFolder()
    kms.mood = 'AccessDeniedException'
    const server = startServerProcess({ ...installed.settings, DATA_DIR: folder })
    expect(await server.ended).toBe(1)
    kms.mood = 'well'
    expect(server.stdout()).toBe('')
    expect(server.stderr()).toMatch(/^The master key is kept by AWS KMS.*kms:GenerateDataKey.*Nothing was written\.\n$/)
    expect(existsSync(folder)).toBe(false)
  })

  it('and a failed rotation to a key that KMS refuses changes nothing', async () => {
    const other = { ...installed.settings, MASTER_KEY_KMS: `${key}x` }
    const { code, stderr } = await admin('rotate-master-key', other)
    expect([code, existsSync(`${fileOf(installed.folder)}.next`)]).toEqual([1, false])
    expect(stderr).toContain('no such key')
  })
})

it('conflicting master key settings are rejected by name', async () => {
  const key = Buffer.alloc(32, 7).toString('base64')
  const folder = newDataFolder()
  for (const [settings, reason] of [
    [{ MASTER_KEY: key, MASTER_KEY_KMS: 'alias/x' }, 'MASTER_KEY or MASTER_KEY_KMS'],
    [{ MASTER_KEY_NEXT: key }, 'MASTER_KEY_NEXT goes with MASTER_KEY'],
    [{ MASTER_KEY: key, MASTER_KEY_NEXT: 'canary' }, 'MASTER_KEY_NEXT must be'],
  ] as [Record<string, string>, string][]) {
    const said = await startFailure({ DATA_DIR: folder, ...settings })
    expect(existsSync(folder)).toBe(false)
    expect(said).toContain(reason)
    expect(said).not.toContain('canary')
  }
})
