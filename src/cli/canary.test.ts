import { randomUUID } from 'node:crypto'
import { globSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { type CliServer, startCliServer } from '#cli/testing/cli-server.ts'
import { runPiped } from '#cli/testing/piped.ts'
import { startOnTerminal } from '#cli/testing/terminal.ts'
import { cleanUp } from '#server/testing/clean-up.ts'
import { newTemporaryFolder } from '#server/testing/processes/temporary-folder.ts'

let server: CliServer
let servers: Record<string, Record<string, string>>
beforeAll(async () => {
  server = await startCliServer()
  const broken = createServer((_, answer) => answer.writeHead(500, { 'content-type': 'text/html' }).end('<p>Oh no'))
  await new Promise<void>((ready) => broken.listen(0, '127.0.0.1', ready))
  cleanUp(() => broken.close())
  const manage = server.env(await server.key({ access: ['manage'] }))
  servers = {
    'a server that takes it': manage,
    'a key that may not': server.env(await server.key({ access: ['run'] })),
    'no server': { ...manage, PAPERSPACE_CONFIG_HOST: 'http://127.0.0.1:9' },
    'another server': {
      ...manage,
      PAPERSPACE_CONFIG_HOST: `http://127.0.0.1:${(broken.address() as AddressInfo).port}`,
    },
  }
})

/** Returns texts that would reveal a value. */
const valueForms = (value: string): string[] => [
  value,
  Buffer.from(value).toString('base64').slice(0, -4),
  Buffer.from(value).toString('hex'),
  encodeURIComponent(value),
]

type Given = { env: Record<string, string>; value: string; home: string }
const args = ['secrets', 'set', 'team', '--name', 'CANARY']
const ways: Record<string, (given: Given) => Promise<string>> = {
  prompt: async ({ env, value }) => {
    const { screen, type, ended } = startOnTerminal([...args, '--yes'], { env })
    await screen.until('Value: ')
    type(`${value}\r`)
    await ended
    return screen.text()
  },
  stdin: async ({ env, value }) => {
    const { stdout, stderr } = await runPiped(args, { env, input: `${value}\n` })
    return stdout + stderr
  },
  file: async ({ env, value, home }) => {
    const file = join(home, 'value')
    writeFileSync(file, value)
    const { stdout, stderr } = await runPiped([...args, '--from-file', file, '--expect-affected', '0'], { env })
    writeFileSync(file, '')
    return stdout + stderr
  },
  option: async ({ env, value }) => {
    const { stdout, stderr } = await runPiped([...args, `--value=${value}`], { env })
    return stdout + stderr
  },
  'misplaced argument': async ({ env, value }) => {
    const { stdout, stderr } = await runPiped([...args, '--value', 'x', value], { env })
    return stdout + stderr
  },
}

describe.each(Object.keys(ways))('a value from %s', (way) => {
  it.each(['a server that takes it', 'a key that may not', 'no server', 'another server'])(
    'appears only in the request, with %s',
    async (server) => {
      const home = newTemporaryFolder()
      const value = `canary-${randomUUID()}`
      const said = await ways[way]?.({ env: { ...servers[server], HOME: home }, value, home })
      expect(said).toMatch(/\w/)
      const files = globSync(['**', '**/.*', '.*/**'], { cwd: home }).map((name) => join(home, `${name}`))
      const kept = files.filter((file) => statSync(file).isFile()).map((file) => readFileSync(file, 'utf8'))
      for (const form of valueForms(value)) expect([said, ...kept].join('\n')).not.toContain(form)
    },
  )
})
