import { once } from 'node:events'
import { connect } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { text } from 'node:stream/consumers'
import { expect, it } from 'vitest'
import { startServerProcess } from '#server/testing/processes/server-process.ts'
import { newTemporaryFolder } from '#server/testing/processes/temporary-folder.ts'
import { firstAccount, headerLines, sessionCookie } from '#server/testing/processes/test-server.ts'

it('a server that is told to stop finishes the running set, accepts no other, and exits in order', async () => {
  const folder = join(newTemporaryFolder(), 'data')
  const server = startServerProcess({ DATA_DIR: folder, SETUP_TOKEN: firstAccount.token })
  const session = sessionCookie(await server.request('POST', '/v1/setup', firstAccount))
  const port = Number(new URL(await server.ready).port)

  const body = '{"value":"x"}'
  const socket = connect(port, '127.0.0.1')
  const head = ['PUT /v1/teams/gradient-next/secrets/A HTTP/1.1', 'Host: localhost', 'Connection: close']
  const fields = ['Content-Type: application/json', `Content-Length: ${body.length}`, 'Expect: 100-continue']
  socket.write(`${[...head, ...fields, ...headerLines(session)].join('\r\n')}\r\n\r\n`)
  // The server answers this when it has started to process the request.
  const [goOn] = await once(socket, 'data')
  expect(String(goOn)).toContain('100 Continue')

  server.kill('SIGTERM')
  await expect.poll(() => isRefused(port)).toBe(true)
  const answer = text(socket)
  socket.write(body)
  expect(await answer).toMatch(/^HTTP\/1\.1 201 /)
  expect(await server.ended).toBe(0)
  // Team created, secret set: both audit records are signed.
  expect(trailOf(folder)).toEqual({ records: 2, signed: 2 })

  const again = startServerProcess({ DATA_DIR: folder })
  const signedIn = sessionCookie(await again.request('POST', '/v1/session', firstAccount))
  expect((await again.request('GET', '/v1/teams/gradient-next/secrets/A', undefined, signedIn)).status).toBe(200)
})

const trailOf = (folder: string) => {
  const file = new DatabaseSync(join(folder, 'secrets.db'), { readOnly: true })
  const counted = file
    .prepare('select seq as records, (select max(seq) from audit_checkpoint) as signed from audit_head')
    .get()
  file.close()
  return { ...counted }
}

const isRefused = (port: number): Promise<boolean> =>
  new Promise((tell) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => tell(false)).once('error', () => tell(true))
    socket.once('connect', () => socket.destroy())
  })
