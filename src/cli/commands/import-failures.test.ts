import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { startCliServer } from '#cli/testing/cli-server.ts'
import { importProjects, namesIn } from '#cli/testing/import-project.ts'
import { runPiped } from '#cli/testing/piped.ts'
import { runInProcess } from '#cli/testing/run-in-process.ts'
import { startOnTerminal } from '#cli/testing/terminal.ts'
import { startProxy } from '#cli/testing/test-proxy.ts'
import { cleanUp } from '#server/testing/clean-up.ts'

const server = await startCliServer()
const newImportProject = await importProjects(server)
const outcomes = (json: string): string[] =>
  JSON.parse(json).rows.map(({ name, outcome }: { name: string; outcome: string }) => `${name} ${outcome}`)

describe('an import that stops early', () => {
  it('reports the written names after a concurrent addition, and does not overwrite it', async () => {
    const { project, env, run, values } = await newImportProject('A=1\nB=2\nC=3\nD=4')
    let writes = 0
    const address = await startProxy(server.address, async (method, path): Promise<'on'> => {
      if (method === 'POST' && path.includes('/secrets') && ++writes === 2) await server.set(project, { B: 'theirs' })
      return 'on'
    })
    const { code, stdout, stderr } = await run(['--yes', '--json'], {
      env: { ...env, PAPERSPACE_CONFIG_HOST: address },
    })
    expect(code).toBe(1)
    expect(outcomes(stdout)).toEqual(['A written', 'B failed', 'C untouched', 'D untouched'])
    expect(stderr).toContain('1 of 4 secrets written, up to “A” (line 1).\n')
    expect(stderr).toContain('Not written: “B” (line 2), for the reason below.\n')
    expect(stderr).toContain('Not written either: “C” (line 3), “D” (line 4).\n')
    expect(stderr).toMatch(/“B” was set by Ada Lovelace at .*\n$/)
    expect(await values()).toEqual({ A: '1', B: 'theirs' })

    expect((await run(['--yes'])).code).toBe(1)
    expect(await values()).toEqual({ A: '1', B: 'theirs', C: '3', D: '4' })
  })

  it('replaces only the version that it showed', async () => {
    const { project, env, run, values } = await newImportProject('A=1\nB=2')
    await server.set(project, { A: 'old', B: 'old' })
    let writes = 0
    const address = await startProxy(server.address, async (method, path): Promise<'on'> => {
      if (method === 'PUT' && !path.includes('dryRun') && ++writes === 2) await server.set(project, { B: 'theirs' })
      return 'on'
    })
    const { code, stdout } = await run(['--yes', '--replace', '--json'], {
      env: { ...env, PAPERSPACE_CONFIG_HOST: address },
    })
    expect([code, outcomes(stdout)]).toEqual([1, ['A written', 'B failed']])
    expect(await values()).toEqual({ A: '1', B: 'theirs' })
  })

  it('reports a write without a response as unknown', async () => {
    const { env, run, versions } = await newImportProject('A=1\nB=2\nC=3')
    let writes = 0
    const address = await startProxy(server.address, (method, path) =>
      method === 'POST' && path.includes('/secrets') && ++writes === 2 ? 'answer lost' : 'on',
    )
    const { code, stdout, stderr } = await run(['--yes', '--json'], {
      env: { ...env, PAPERSPACE_CONFIG_HOST: address },
    })
    expect([code, outcomes(stdout)]).toEqual([69, ['A written', 'B unknown', 'C untouched']])
    expect(stderr).toContain('Whether “B” (line 2) was written is not known.')
    expect(await versions()).toEqual({ A: 1, B: 1 })
  })
})

describe('import', () => {
  it('ends with 69 without a server and with 77 without permission, and writes nothing', async () => {
    const { env, run, versions } = await newImportProject('A=canary')
    const other = await server.scope('project', 'other')
    const runsOnly = await server.key({ access: ['run'] })
    const elsewhere = await server.key({ projectId: other.id })
    const away = await run(['--yes'], { env: { ...env, PAPERSPACE_CONFIG_HOST: 'http://127.0.0.1:1' } })
    const denied = await run(['--yes'], { env: server.env(runsOnly) })
    const limited = await run(['--yes'], { env: server.env(elsewhere) })
    expect([away.code, denied.code, limited.code]).toEqual([69, 77, 77])
    expect(denied.stderr).toContain('The API key “test” is not made for this.')
    expect(limited.stderr).toContain(`is limited to project ${other.id}`)
    expect(away.stderr + denied.stderr + limited.stderr).not.toContain('canary')
    expect(await versions()).toEqual({})
  })

  it('reports a project that does not exist, and a missing ID', async () => {
    const { cwd, env } = await newImportProject('A=1')
    const there = { env, cwd }
    const unknown = await runInProcess(['secrets', 'import', '.env', 'project', '--id', 'pr0000000000', '--yes'], there)
    const missing = await runInProcess(['secrets', 'import', '.env', 'cluster', '--yes'], there)
    expect([unknown.code, missing.code]).toEqual([78, 64])
  })

  it('names an unreadable file, with any characters in its name', async () => {
    const { cwd, env } = await newImportProject()
    mkdirSync(join(cwd, 'folder'))
    const read = async (file: string) => {
      const { code, stderr } = await runInProcess(['secrets', 'import', file, 'team', '--yes'], { env, cwd })
      expect(code).toBe(64)
      return stderr.trim()
    }
    expect(await read('folder')).toBe('“folder” cannot be read: it is a folder.')
    expect(await read('none')).toBe('“none” cannot be read: there is no such file.')
    expect(await read('\u001b[31mnone\n')).toBe('“\\u001b[31mnone\\u000a” cannot be read: there is no such file.')
    expect(await read('none\0')).toContain('no file can have this name')
    expect(await read('/dev/zero')).toBe('“/dev/zero” has more than 16,777,216 bytes.\nSplit it.')
    expect(await read('')).toContain('The name of the file is empty.')
  })

  it('reads a named pipe', async () => {
    const { cwd, env } = await newImportProject()
    const pipe = join(cwd, 'pipe')
    execFileSync('mkfifo', [pipe])
    const writer = spawn('sh', ['-c', 'printf "BY_PIPE=x\\n" > "$0"', pipe])
    cleanUp(() => writer.kill())
    const { code } = await runInProcess(['secrets', 'import', 'pipe', 'team', '--yes'], { env, cwd })
    expect([code, await namesIn(server, server.team)]).toEqual([0, expect.arrayContaining(['BY_PIPE'])])
  })

  it('finds a few names among many without listing all', async () => {
    const { project, env, run, versions } = await newImportProject('N077=new\nX=new')
    const names = Array.from({ length: 250 }, (_, at) => `N${String(at).padStart(3, '0')}`)
    await server.set(project, Object.fromEntries(names.map((name) => [name, 'x'])))
    const asked: string[] = []
    const address = await startProxy(server.address, (method, path) => {
      if (method === 'GET') asked.push(path)
      return 'on'
    })
    const { code, stderr } = await run(['--yes', '--replace'], { env: { ...env, PAPERSPACE_CONFIG_HOST: address } })
    expect(code).toBe(0)
    expect(stderr).toContain('1 to add, 1 to replace.')
    expect(asked.filter((path) => path.includes('after='))).toEqual([])
    expect(await versions()).toMatchObject({ N000: 1, N077: 2 })
  })

  it('writes many names once each, without plans', async () => {
    const names = Array.from({ length: 150 }, (_, at) => `N${at}`)
    const { env, run } = await newImportProject(names.map((name) => `${name}=${name}\n`).join(''))
    const asked: string[] = []
    const address = await startProxy(server.address, (method, path) => {
      asked.push(`${method} ${path.includes('dryRun') ? 'plan' : ''}`)
      return 'on'
    })
    const { code, stdout } = await run(['--yes', '--json'], { env: { ...env, PAPERSPACE_CONFIG_HOST: address } })
    expect(code).toBe(0)
    expect(outcomes(stdout)).toEqual(names.map((name) => `${name} written`))
    expect(asked.filter((one) => one.endsWith('plan'))).toEqual([])
    expect(asked.filter((one) => one.startsWith('POST'))).toHaveLength(150)
  })
})

describe('import in a process', () => {
  it('shows progress on a terminal only', async () => {
    const { project, run } = await newImportProject('A=1\nB=2')
    const plain = await run(['--yes'])
    expect(plain.stderr).not.toContain('\r')
    expect((await run(['--dry-run'], { terminal: true })).stderr).toContain('\r\u001b[2K2 of 2 secrets compared\r')
    await server.set(project, { A: 'other', B: 'other' })
    const shown = await run(['--yes', '--replace'], { terminal: true })
    expect(shown.stderr).toContain('\r\u001b[2K1 of 2 secrets written\r\u001b[2K2 of 2 secrets written\r\u001b[2K')
  })

  it('asks on a terminal', async () => {
    const { project, cwd, env, versions } = await newImportProject('A=canary\n')
    const args = ['secrets', 'import', '.env', 'project', '--id', project.id]
    const { screen, type, ended } = startOnTerminal(args, { env, cwd })
    await screen.until(`Write 1 secret to project ${project.id}? [y/N]`)
    type('y\r')
    expect(await ended).toBe(0)
    expect(await versions()).toEqual({ A: 1 })
    expect(screen.text()).not.toContain('canary')
  })

  it('reads stdin to its end, and does not ask without a terminal', async () => {
    const { project, env, values } = await newImportProject()
    const args = ['secrets', 'import', '-', 'project', '--id', project.id]
    const input = `A=${'x'.repeat(60_000)}\nB=${'y'.repeat(60_000)}\n`
    expect((await runPiped(args, { env, input })).code).toBe(64)
    expect((await runPiped([...args, '--yes'], { env, input })).code).toBe(0)
    const { A, B } = await values()
    expect([A?.replace(/x+/, ''), A?.length, B?.replace(/y+/, ''), B?.length]).toEqual(['', 60_000, '', 60_000])
  })
})
