import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { type CliServer, startCliServer } from '#cli/testing/cli-server.ts'
import { namesIn } from '#cli/testing/import-project.ts'
import { runInProcess } from '#cli/testing/run-in-process.ts'
import { fileMode, newTemporaryFolder } from '#server/testing/processes/temporary-folder.ts'

let server: CliServer
let env: Record<string, string>
beforeAll(async () => {
  server = await startCliServer()
  env = server.env(await server.key({ access: ['manage'] }))
})

const fileOf = (text: string): string => {
  const file = join(newTemporaryFolder(), 'options.yaml')
  writeFileSync(file, text)
  return file
}
const set = (text: string, ...args: string[]) =>
  runInProcess(['secrets', 'set', 'project', '--optionsFile', fileOf(text), ...args], { env })

describe('an options file', () => {
  it('provides options that the command line does not have', async () => {
    const { id } = await server.scope('project', 'one')
    expect(await set(`id: ${id}\nname: FROM_FILE\nvalue: 0123\n`)).toMatchObject({ code: 0 })
    expect(await set(`id: ${id}\nname: FROM_FILE\nvalue: yes\n`, '--name', 'FROM_LINE')).toMatchObject({ code: 0 })
    expect(await namesIn(server, { kind: 'project', id })).toEqual(['FROM_FILE', 'FROM_LINE'])
  })

  it('treats null as missing, and accepts a key', async () => {
    const { PAPERSPACE_API_KEY: apiKey, ...rest } = env
    const file = fileOf(`apiKey: ${apiKey}\nid: null\njson: true\ncreateOptionsFile: ~\n`.replace(/createO.*\n/, ''))
    const { code, stdout } = await runInProcess(['secrets', 'list', 'team', '--optionsFile', file], { env: rest })
    expect([code, stdout]).toEqual([0, '[]\n'])
  })

  it.each([
    ['nam: x', 'has an option that this command does not: nam.\nDid you mean “name”?'],
    ['optionsFile: x', 'has an option that this command does not'],
    ['- name: x', ':1: The file has something else than options.'],
    ['a\n\nname: canary: x', 'options.yaml:'],
    ['name: [canary]', ':1: The value of an option is one text.'],
    ['name: &a canary\nid: *a', ':2: The value of an option is one text.'],
    ['yes: perhaps', 'has something else than yes or no for yes.'],
    ['expect-affected: many', 'Give a whole number.'],
  ])('is refused with the content %j', async (text, words) => {
    const { code, stdout, stderr } = await set(text, '--id', 'pr0000000000', '--name', 'A', '--value', 'x')
    expect([code, stdout]).toEqual([64, ''])
    expect(stderr).toContain(words)
    expect(stderr).not.toContain('canary')
  })

  it('is refused when it is missing or too large', async () => {
    expect((await runInProcess(['secrets', 'list', 'team', '--optionsFile', '/nonexistent'], { env })).code).toBe(64)
    expect((await set(`name: ${'x'.repeat(2 ** 20)}`)).stderr).toContain('has more than 1,048,576 bytes')
  })
})

describe('a template of options', () => {
  it('lists the options of the command, is readable by its owner only, and sends nothing', async () => {
    const file = join(newTemporaryFolder(), 'new.yaml')
    const nobody = { PAPERSPACE_CONFIG_HOST: 'http://127.0.0.1:9', PAPERSPACE_API_KEY: 'k' }
    const { code, stdout } = await runInProcess(['secrets', 'set', 'team', '--createOptionsFile', file], {
      env: nobody,
    })
    expect([code, stdout]).toEqual([0, ''])
    expect(fileMode(file)).toBe('0600')
    const text = readFileSync(file, 'utf8')
    expect(text).toContain('# Options of “gradient secrets set”.')
    expect(text.match(/^[\w-]+: null$/gm)).toEqual(
      'id name value from-file raw if-absent expect-affected yes insecure apiKey'
        .split(' ')
        .map((name) => `${name}: null`),
    )
    const filled = text.replace('name: null', 'name: FILLED_IN').replace('value: null', 'value: x')
    writeFileSync(file, filled)
    const done = await runInProcess(['secrets', 'set', 'team', '--optionsFile', file], { env })
    expect(done.stdout).toBe("Set team secret 'FILLED_IN'\n")
  })

  it('overwrites no file', async () => {
    const file = fileOf('mine')
    const { code, stderr } = await runInProcess(['secrets', 'list', 'team', '--createOptionsFile', file], { env })
    expect([code, readFileSync(file, 'utf8')]).toEqual([1, 'mine'])
    expect(stderr).toContain('is there already')
  })
})
