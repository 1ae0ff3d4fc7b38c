import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { runInProcess } from '#cli/testing/run-in-process.ts'
import { cleanUp } from '#server/testing/clean-up.ts'

const listening = async (): Promise<{ env: Record<string, string>; asked: string[] }> => {
  const asked: string[] = []
  const server = createServer((request, answer) => {
    asked.push(`${request.method} ${request.url}`)
    answer.setHeader('content-type', 'application/json').end('{}')
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  cleanUp(() => server.close())
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/prefix/`
  return { env: { PAPERSPACE_CONFIG_HOST: address, PAPERSPACE_API_KEY: 'key' }, asked }
}

it.each(['../x', '', 'a/b c?d', '🔑', '.', '..', '%2e%2e', 'x'.repeat(129), 'a\nb', 'a\u001b[31m', 'ä', 'a#b', '-'])(
  'refuses the name %j before anything is sent',
  async (name) => {
    const { env, asked } = await listening()
    for (const command of ['set', 'delete']) {
      const { code, stderr, stdout } = await runInProcess(['secrets', command, 'team', `--name=${name}`], {
        env,
        input: 'x',
      })
      expect([code, stdout]).toEqual([64, ''])
      expect(stderr).toContain(name === '' ? 'The name is empty.' : 'cannot be the name of a secret.')
      expect(stderr).not.toMatch(/[\p{Cc}&&[^\n]]/v)
    }
    expect(asked).toEqual([])
  },
)

it.each(['../x', '', '.', '..', 'a/b', 'a?b', 'a#b', '%2e%2e', ' ', 'x'.repeat(101), 'a\u202eb'])(
  'refuses the ID %j before anything is sent',
  async (id) => {
    const { env, asked } = await listening()
    for (const args of [
      ['secrets', 'list', 'project'],
      ['secrets', 'list', 'team'],
      ['projects', 'details'],
    ]) {
      const { code, stderr } = await runInProcess([...args, `--id=${id}`], { env })
      expect(code).toBe(64)
      expect(stderr).toMatch(/is no ID of a (team|project)\./)
      expect(stderr).not.toContain('\u202e')
    }
    expect(asked).toEqual([])
  },
)

it('sends valid input to the address with its path', async () => {
  const { env, asked } = await listening()
  await runInProcess(['secrets', 'list', 'project', '--id', 'pr0123456789'], { env })
  expect(asked).toEqual(['GET /prefix/v1/projects/pr0123456789/secrets?limit=120'])
})
