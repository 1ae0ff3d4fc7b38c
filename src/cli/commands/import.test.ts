import { describe, expect, it } from 'vitest'
import { startCliServer } from '#cli/testing/cli-server.ts'
import { importProjects, namesIn } from '#cli/testing/import-project.ts'
import { runInProcess } from '#cli/testing/run-in-process.ts'

const server = await startCliServer()
const newImportProject = await importProjects(server)

describe('import', () => {
  it('stores the values of a file byte for byte', async () => {
    const { run, values } = await newImportProject(
      '\ufeffexport A=one # two\r\nKEY="-----BEGIN\r\nx\n-----END\n"\nB=\'$A "x"\'\n',
    )
    const { code, stdout, stderr } = await run(['--yes'])
    expect([code, stdout]).toEqual([0, ''])
    expect(stderr).toContain('.env:1: A: add.')
    expect(stderr).toContain('3 secrets written.')
    expect(await values()).toEqual({ A: 'one', KEY: '-----BEGIN\r\nx\n-----END\n', B: '$A "x"' })
  })

  it('keeps existing secrets and ends with 1 without --replace', async () => {
    const { project, run, values, versions } = await newImportProject('A=new\nB=new')
    await server.set(project, { A: 'old' })
    const kept = await run(['--yes'])
    expect(kept.code).toBe(1)
    expect(kept.stderr).toMatch(/\.env:1: A: keep version 1: Ada Lovelace set it just now\.\n\.env:2: B: add\./)
    expect(kept.stderr).toContain(
      '1 to add, 1 to keep as they are.\nGive “--replace” to replace those that are there.\n',
    )
    expect(await values()).toEqual({ A: 'old', B: 'new' })

    const replaced = await run(['--yes', '--replace'])
    expect(replaced.code).toBe(0)
    expect(await versions()).toEqual({ A: 2, B: 1 })
    expect(await values()).toEqual({ A: 'new', B: 'new' })
  })

  it('writes nothing in a dry run, and ends like the import', async () => {
    const { project, run, versions } = await newImportProject('A=new\nB=new')
    await server.set(project, { A: 'old' })
    expect(await run(['--dry-run'])).toMatchObject({ code: 1, asked: [] })
    const { code, stderr } = await run(['--dry-run', '--replace', '--yes'])
    expect(code).toBe(0)
    expect(stderr).toContain('1 to add, 1 to replace.')
    expect(stderr).toContain('Nothing was written: this was a dry run.')
    expect(await versions()).toEqual({ A: 1 })
  })

  it('asks before it writes, and writes nothing after a no', async () => {
    const { project, run, versions } = await newImportProject('A=1\nB=2')
    const no = await run([], { answer: false })
    expect([no.code, no.asked]).toEqual([1, [`Write 2 secrets to project ${project.id}?`]])
    expect(no.stderr).toContain('Nothing was written.')
    expect(await versions()).toEqual({})
    expect((await run([], { answer: true })).code).toBe(0)
    expect(await versions()).toEqual({ A: 1, B: 1 })
    const again = await run([], { answer: true })
    expect([again.code, again.asked]).toEqual([0, []])
  })

  it('refuses to write without a terminal to ask on', async () => {
    const { project, env, run, versions } = await newImportProject('A=1')
    const { code, stderr } = await run()
    expect(code).toBe(64)
    expect(stderr).toContain('nobody can be asked, as there is no terminal')
    const piped = await runInProcess(['secrets', 'import', '-', 'project', '--id', project.id], {
      env,
      answer: true,
      input: 'A=1',
    })
    expect([piped.code, piped.asked]).toEqual([64, []])
    expect(piped.stderr).toContain('the file comes from stdin')
    expect(await versions()).toEqual({})
  })

  it('reads stdin for “-”, and accepts a team without an ID', async () => {
    const { env } = await newImportProject()
    const args = ['secrets', 'import', '-', 'team', '--yes', '--json']
    const { code, stdout } = await runInProcess(args, { env, input: 'FROM_STDIN=x\n' })
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ file: 'stdin', rows: [{ name: 'FROM_STDIN', outcome: 'written' }] })
    expect(await namesIn(server, server.team)).toContain('FROM_STDIN')
  })

  it('prints everything as JSON, without values', async () => {
    const { project, run } = await newImportProject('A=canary-1\nB=canary-2\nPATH=canary-3\n')
    await server.set(project, { A: 'old' })
    const { code, stdout, stderr } = await run(['--yes', '--json'])
    expect(code).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({
      file: '.env',
      scope: project,
      dryRun: false,
      rows: [
        { line: 1, name: 'A', action: 'keep', existing: { version: 1 }, injectable: true, outcome: 'untouched' },
        { line: 2, name: 'B', action: 'add', existing: null, injectable: true, outcome: 'written' },
        { line: 3, name: 'PATH', action: 'add', existing: null, injectable: false, outcome: 'written' },
      ],
      problems: [],
    })
    expect(stdout + stderr).not.toContain('canary')
  })

  it('writes nothing of a file with problems, and prints their lines', async () => {
    const { run, versions } = await newImportProject('A=1\nmy key=canary-1\nB="canary-2\n')
    const { code, stdout, stderr } = await run(['--yes', '--replace'])
    expect([code, stdout]).toEqual([64, ''])
    expect(stderr).toMatch(/^\.env:2: .*Try “my_key”\.\n\.env:3: The quote that opens here is never closed/)
    expect(stderr).toContain('“.env” has 2 problems in it. Nothing was written.')
    expect(stderr).not.toContain('canary')
    const { stdout: json } = await run(['--dry-run', '--json'])
    expect(JSON.parse(json)).toMatchObject({ rows: [], problems: [{ line: 2 }, { line: 3 }] })
    expect(await versions()).toEqual({})
  })

  it.each([
    ['a value that is too long', `A=${'x'.repeat(64 * 1024 + 1)}`, '.env:1: “A” cannot be stored.'],
    ['a NUL', 'A=x\nB="\0"', '.env:2: “B” cannot be stored.'],
    ['a name with two values', 'A=1\nA=2', '.env:2: “A” has another value here than on line 1.'],
    ['escapes in the place of a name', '\u001b[31mA=1', '.env:1: This line is no “NAME=value”.'],
    ['nothing in it', '# a comment\n', '“.env” has no names in it.'],
    ['invalid UTF-8', Buffer.from('A=1\nB=\xe9\n', 'latin1'), '.env:2: The line is not UTF-8.'],
    ['UTF-16', Buffer.from('\ufeffA=1\n', 'utf16le'), '“.env” is UTF-16.'],
  ])('refuses a file with %s', async (_, content, message) => {
    const { run, versions } = await newImportProject(content)
    const { code, stderr } = await run(['--yes'])
    expect(code).toBe(64)
    expect(stderr).toContain(message)
    expect(stderr).not.toContain('\u001b')
    expect(await versions()).toEqual({})
  })

  it('warns about names that no workload gets, and stores them', async () => {
    const { run, values, versions } = await newImportProject('LD_PRELOAD=x\nmy-key=x\n')
    const { code, stderr } = await run(['--yes'])
    expect(code).toBe(0)
    expect(stderr).toContain('“LD_PRELOAD” steers the loader')
    expect(stderr).toContain('my-key: add.')
    expect(stderr).toContain('Workloads can refer to it as secret:my-key.')
    expect(await versions()).toEqual({ LD_PRELOAD: 1, 'my-key': 1 })
    expect(await values()).not.toHaveProperty('LD_PRELOAD')
  })

  it('refuses a name that exists with other capitals, and writes the others', async () => {
    const { project, run, versions } = await newImportProject('db_password=x\nB=x')
    await server.set(project, { DB_PASSWORD: 'old' })
    const { code, stderr } = await run(['--yes', '--replace'])
    expect(code).toBe(1)
    expect(stderr).toContain('db_password: refuse: it is there as “DB_PASSWORD”.')
    expect(await versions()).toEqual({ B: 1, DB_PASSWORD: 1 })
  })

  it('shows the plan of each of a few names', async () => {
    const { run, versions } = await newImportProject('A=x')
    const { stderr, stdout } = await run(['--dry-run'])
    expect(stderr).toMatch(/A: add\. .*(pair|workload)/)
    expect(stdout).toBe('')
    const { stdout: json } = await run(['--dry-run', '--json'])
    expect(JSON.parse(json).rows[0].plan).toMatchObject({ change: 'set', secrets: 1 })
    expect(await versions()).toEqual({})
  })
})
