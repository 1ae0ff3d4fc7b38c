import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { generate } from 'lean-qr'
import { describe, expect, it } from 'vitest'
import { startOnTerminal } from '#cli/testing/terminal.ts'
import { keyToWords, splitWords, wordsToKey } from '#server/node/keys/recovery-words.ts'
import { newPostgresDatabase } from '#server/testing/postgres/new-postgres-database.ts'
import { dataFolderContent, newDataFolder, usedDataFolder } from '#server/testing/processes/data-folder.ts'
import { runAdminInline } from '#server/testing/processes/run-admin-inline.ts'
import { adminMain, runAdminProcess } from '#server/testing/processes/run-admin-process.ts'
import { fileMode, newTemporaryFolder } from '#server/testing/processes/temporary-folder.ts'
import { firstAccount, sessionCookie, startTestServer } from '#server/testing/processes/test-server.ts'

const installation = await usedDataFolder('SIGKILL')
const another = keyToWords(new Uint8Array(32).fill(9))

/** Returns the numbered rows of a printed kit, as a person would type them. */
const rowsOf = (sheet: string): string => sheet.match(/^ {3}1 [\s\S]*?24 \w+$/m)?.[0] ?? ''
const kitOf = async (settings: Record<string, string>) => {
  const printed = await runAdminInline(['recovery-kit'], settings)
  expect(printed).toMatchObject({ code: 0, stderr: '' })
  return { sheet: printed.stdout, rows: rowsOf(printed.stdout), words: splitWords(rowsOf(printed.stdout)) }
}

describe('a recovery kit', () => {
  it('contains the master key in words and again in a QR code', async () => {
    const folder = installation()
    const { sheet, words } = await kitOf({ DATA_DIR: folder })
    const key = readFileSync(join(folder, 'master.key'), 'utf8').trim()
    expect(wordsToKey(words)).toEqual({ key: new Uint8Array(Buffer.from(key, 'base64')) })
    expect(sheet).not.toContain(key)
    expect(sheet).toContain(join(folder, 'secrets.db'))
    const drawn = sheet.slice(sheet.indexOf('camera')).split('\n').slice(4)
    const code = generate(words.join(' ').toUpperCase())
    for (let y = 0; y < code.size; y++) {
      for (let x = 0; x < code.size; x++) {
        const block = drawn[y >> 1]?.[x + 4] ?? ' '
        expect(['█', y % 2 === 0 ? '▀' : '▄'].includes(block), `module ${x}, ${y}`).toBe(code.get(x, y))
      }
    }
  })

  it('is not printed with a key that does not belong to the database', async () => {
    const settings = { DATA_DIR: installation(), MASTER_KEY: Buffer.alloc(32, 9).toString('base64') }
    const { code, stdout, stderr } = await runAdminInline(['recovery-kit'], settings)
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toContain('does not belong to this database')
  })

  it('is not printed without a master key, and no key is created', async () => {
    const folder = newDataFolder()
    const { code, stdout, stderr } = await runAdminInline(['recovery-kit'], { DATA_DIR: folder })
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toContain(join(folder, 'master.key'))
    expect(existsSync(folder)).toBe(false)
  })
})

describe('a test of a recovery kit', () => {
  it('accepts the words when the key is lost, and changes nothing', async () => {
    const folder = installation()
    const { rows } = await kitOf({ DATA_DIR: folder })
    rmSync(join(folder, 'master.key'))
    const before = dataFolderContent(folder)
    const { code, stdout, stderr } = await runAdminProcess(['recovery-kit', '--check'], { DATA_DIR: folder }, rows)
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toContain('The words are right')
    expect(dataFolderContent(folder)).toEqual(before)
  })

  it('rejects the kit of another installation', async () => {
    const settings = { DATA_DIR: installation() }
    const { code, stdout, stderr } = await runAdminProcess(['recovery-kit', '--check'], settings, another.join(' '))
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toContain('but not this database’s')
  })

  it('says that there is no database to test against', async () => {
    const given = await runAdminProcess(['recovery-kit', '--check'], { DATA_DIR: newDataFolder() }, another.join(' '))
    expect(given).toMatchObject({ code: 1, stdout: '' })
    expect(given.stderr).toContain('There is no database')
  })

  it('reads the words row by row on a terminal', async () => {
    const folder = installation()
    const { rows } = await kitOf({ DATA_DIR: folder })
    const command = [process.execPath, adminMain, 'recovery-kit', '--check'] as const
    const terminal = startOnTerminal([], { command, env: { DATA_DIR: folder }, columns: 200 })
    const typed = rows.split('\n')
    for (const [index, row] of typed.entries()) {
      await terminal.screen.until(`From word ${index * 4 + 1}: `)
      terminal.type(`${row}\r`)
    }
    expect(await terminal.ended).toBe(0)
    await terminal.screen.until('The words are right')
  })

  it('stops at Ctrl-C', async () => {
    const command = [process.execPath, adminMain, 'recovery-kit', '--check'] as const
    const terminal = startOnTerminal([], { command, env: { DATA_DIR: installation() }, columns: 200 })
    await terminal.screen.until('From word 1: ')
    terminal.type('abandon\u0003')
    expect(await terminal.ended).toBe(130)
  })
})

describe('a master key that is restored from its kit', () => {
  it('opens the stored values on a server that lost its key', async () => {
    const folder = installation()
    const { rows } = await kitOf({ DATA_DIR: folder })
    const path = join(folder, 'master.key')
    const [old] = [readFileSync(path, 'utf8'), rmSync(path)]
    const { code, stdout } = await runAdminProcess(['recovery-kit', '--restore', path], { DATA_DIR: folder }, rows)
    expect([code, fileMode(path), readFileSync(path, 'utf8')]).toEqual([0, '0600', old])
    expect(stdout).not.toContain('MASTER_KEY_FILE')
    const server = await startTestServer({ DATA_DIR: folder })
    const cookie = sessionCookie(await server.request('POST', '/v1/session', firstAccount))
    expect((await server.request('GET', '/v1/teams/gradient-next/secrets/A', undefined, cookie)).status).toBe(200)
  })

  it('never replaces a file', async () => {
    const folder = installation()
    const { rows } = await kitOf({ DATA_DIR: folder })
    const before = dataFolderContent(folder)
    const given = await runAdminProcess(
      ['recovery-kit', '--restore', join(folder, 'master.key')],
      { DATA_DIR: folder },
      rows,
    )
    expect(given).toMatchObject({ code: 1, stdout: '' })
    expect(given.stderr).toContain('is there already. Nothing was written.')
    expect(dataFolderContent(folder)).toEqual(before)
  })

  it.each([
    ['a word is wrong', another.with(11, 'abilty'), 'Word 12 is not in the word list. Did you mean “ability”?'],
    ['the checksum is wrong', another.with(11, another[11] === 'zoo' ? 'art' : 'zoo'), 'checksum'],
    ['the database is another’s', another, 'but not this database’s'],
  ])('is not written when %s', async (_why, words, reason) => {
    const path = join(newTemporaryFolder(), 'new.key')
    const settings = { DATA_DIR: installation() }
    const { code, stderr } = await runAdminProcess(['recovery-kit', '--restore', path], settings, words.join('\n'))
    expect([code, existsSync(path)]).toEqual([1, false])
    expect(stderr).toContain(reason)
  })

  it('is written without a database, with a warning that it is unchecked', async () => {
    const path = join(newTemporaryFolder(), 'new.key')
    const given = await runAdminProcess(
      ['recovery-kit', '--restore', path],
      { DATA_DIR: newDataFolder() },
      another.join(' '),
    )
    expect(given.code).toBe(0)
    expect(given.stdout).toContain(`MASTER_KEY_FILE=${path}`)
    expect(given.stderr).toContain('only the checksum')
    expect(readFileSync(path, 'utf8')).toBe(`${Buffer.alloc(32, 9).toString('base64')}\n`)
  })
})

it('on PostgreSQL, a kit is printed, tested and restored while a server runs, and shows no password', async () => {
  const address = new URL(await newPostgresDatabase())
  address.password = 'canary'
  const folder = newDataFolder()
  const settings = { DATA_DIR: folder, DATABASE_URL: address.href }
  await startTestServer(settings)
  const { sheet, rows } = await kitOf(settings)
  expect(sheet).toContain(`postgres://${address.host}${address.pathname}`)
  expect(sheet).not.toContain('canary')
  renameSync(join(folder, 'master.key'), join(folder, 'kept.key'))
  expect(await runAdminProcess(['recovery-kit', '--check'], settings, rows)).toMatchObject({ code: 0, stderr: '' })
  const restored = join(folder, 'master.key')
  expect((await runAdminProcess(['recovery-kit', '--restore', restored], settings, rows)).code).toBe(0)
  expect(readFileSync(restored)).toEqual(readFileSync(join(folder, 'kept.key')))
  expect((await runAdminProcess(['recovery-kit', '--check'], settings, another.join(' '))).code).toBe(1)
})

it.each([
  [['recovery-kit', '--check', '--restore', 'x'], 'not both'],
  [['recovery-kit', 'FILE'], 'FILE'],
  [['recovery-kit', '--restore', ''], 'Name the file'],
  [['recovery-kit', '--frobnicate'], 'frobnicate'],
  [['rotate'], 'Usage'],
  [[], 'recovery-kit --restore FILE'],
])('rejects wrong arguments: %j', async (args, reason) => {
  const { code, stdout, stderr } = await runAdminInline(args, { DATA_DIR: newDataFolder() })
  expect([code, stdout]).toEqual([64, ''])
  expect(stderr).toContain(reason)
})
