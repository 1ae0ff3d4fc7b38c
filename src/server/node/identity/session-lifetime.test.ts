import { join } from 'node:path'
import { sql } from 'kysely'
import { beforeAll, describe, expect, it } from 'vitest'
import { openDatabase } from '#server/node/database/open-database.ts'
import { changeSessions } from '#server/testing/app/change-sessions.ts'
import { rightsInFolder } from '#server/testing/processes/rights-in-folder.ts'
import { prepareSetUpServer, type SetUpServer } from '#server/testing/processes/set-up-server.ts'
import { firstAccount, sessionCookie } from '#server/testing/processes/test-server.ts'
import type { Failure } from '#shared/failure.ts'

const day = 24 * 60 * 60_000

let start: () => Promise<SetUpServer>
beforeAll(async () => {
  start = await prepareSetUpServer()
})

/** Moves all times of all sessions into the past. */
const ageSessions = async (folder: string, { createdAgo, usedAgo }: { createdAgo: number; usedAgo: number }) => {
  const [created, used] = [Date.now() - createdAgo, Date.now() - usedAgo]
  const expires = Math.min(used + 7 * day, created + 30 * day)
  const iso = (at: number) => new Date(at).toISOString()
  await changeSessions(folder, {
    createdAt: iso(created),
    updatedAt: iso(used),
    expiresAt: iso(expires),
    usedAt: used,
  })
}

/** Sets the limits that the team has for sessions. */
const limitSessions = async (
  folder: string,
  limits: { session_idle_minutes: number; session_max_minutes: number },
): Promise<void> => {
  const { db, kind } = openDatabase({ kind: 'sqlite', path: join(folder, 'secrets.db') })
  const rights = await rightsInFolder(db, kind, folder)
  await db.transaction().execute(async (trx) => {
    const { id } = await trx.selectFrom('team').select('id').executeTakeFirstOrThrow()
    await rights.update(trx, 'team', { id }, limits)
  })
  await db.destroy()
}

const sessionRow = async (folder: string) => {
  const { db } = openDatabase({ kind: 'sqlite', path: join(folder, 'secrets.db') })
  const { rows } = await sql<Record<string, unknown>>`select * from session`.execute(db)
  await db.destroy()
  return rows[0] ?? {}
}

describe('a session', () => {
  it('is refused without the proof that only its origin holds', async () => {
    const { server } = await start()
    const { json, headers } = await server.signIn()
    const cookie = headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ')
    const { proof } = json as { proof?: string }
    expect(proof).toMatch(/^[\w-]{43}$/)
    const other = await server.signIn()
    const wrong = [undefined, '', 'x', `${proof}x`, (other.json as { proof?: string }).proof]
    for (const given of wrong) {
      const sent = given === undefined ? { cookie } : { cookie, 'gradient-proof': given }
      for (const path of ['/v1/session', '/v1/account', '/v1/projects', '/v1/events', '/v1/audit']) {
        expect((await server.request('GET', path, undefined, sent)).status, `${path} ${given}`).toBe(401)
      }
      expect((await server.request('POST', '/v1/projects', { name: 'web' }, sent)).status).toBe(401)
      const confirmed = await server.request(
        'POST',
        '/v1/session/confirmation',
        { password: firstAccount.password },
        sent,
      )
      expect(confirmed.status).toBe(401)
    }
    const right = { cookie, 'gradient-proof': proof ?? '' }
    expect((await server.request('GET', '/v1/session', undefined, right)).status).toBe(200)
  })

  it('does not end when its cookie signs out without the proof', async () => {
    const { server } = await start()
    const session = sessionCookie(await server.signIn())
    await server.request('DELETE', '/v1/session', undefined, { cookie: session.cookie })
    expect((await server.request('GET', '/v1/session', undefined, session)).status).toBe(200)
    await server.request('DELETE', '/v1/session', undefined, session)
    expect((await server.request('GET', '/v1/session', undefined, session)).status).toBe(401)
  })

  it('stores only a hash of the proof', async () => {
    const { server, folder } = await start()
    const { json } = await server.signIn()
    const stored = JSON.stringify(await sessionRow(folder))
    expect(stored).toContain('"proof"')
    expect(stored).not.toContain((json as { proof?: string }).proof)
  })

  it('ends after 7 days without use', async () => {
    const { server, folder, cookie } = await start()
    await ageSessions(folder, { createdAgo: 8 * day, usedAgo: 7 * day + 60_000 })
    expect((await server.request('GET', '/v1/session', undefined, cookie)).status).toBe(401)
  })

  it('goes on and renews its cookie while it is used', async () => {
    const { server, folder, cookie } = await start()
    await ageSessions(folder, { createdAgo: 8 * day, usedAgo: 6 * day })
    const { status, headers } = await server.request('GET', '/v1/session', undefined, cookie)
    expect(status).toBe(200)
    const [renewed = ''] = headers.getSetCookie()
    expect(renewed).toContain(`${cookie.cookie}; Max-Age=604800`)
    expect(renewed).toMatch(/HttpOnly; SameSite=Strict/)
    expect(new Date(String((await sessionRow(folder)).expiresAt)).getTime()).toBeGreaterThan(Date.now() + 6.9 * day)
    const again = await server.request('GET', '/v1/session', undefined, cookie)
    expect(again.headers.getSetCookie()).toEqual([])
  })

  it('ends 30 days after the sign-in, however much it is used', async () => {
    const { server, folder, cookie } = await start()
    await ageSessions(folder, { createdAgo: 28 * day, usedAgo: 2 * day })
    const { status, headers } = await server.request('GET', '/v1/session', undefined, cookie)
    expect(status).toBe(200)
    const [, left = ''] = /Max-Age=(\d+)/.exec(headers.getSetCookie()[0] ?? '') ?? []
    expect(Number(left)).toBeLessThanOrEqual((2 * day) / 1000)
    expect(new Date(String((await sessionRow(folder)).expiresAt)).getTime()).toBeLessThanOrEqual(Date.now() + 2 * day)
    await ageSessions(folder, { createdAgo: 30 * day + 1000, usedAgo: 1000 })
    expect((await server.request('GET', '/v1/session', undefined, cookie)).status).toBe(401)
  })

  it('keeps the limit of 30 days and the proof when the password changes', async () => {
    const { server, folder, cookie } = await start()
    await ageSessions(folder, { createdAgo: 28 * day, usedAgo: 1000 })
    const body = { current: firstAccount.password, next: 'another horse battery' }
    const changed = await server.request('PUT', '/v1/account/password', body, cookie)
    expect(changed.status).toBe(204)
    const next = { ...cookie, cookie: sessionCookie(changed).cookie }
    expect((await server.request('GET', '/v1/session', undefined, next)).status).toBe(200)
    expect((await server.request('GET', '/v1/session', undefined, cookie)).status).toBe(401)
    const { createdAt, expiresAt } = await sessionRow(folder)
    expect(new Date(String(createdAt)).getTime()).toBeLessThan(Date.now() - 27 * day)
    expect(new Date(String(expiresAt)).getTime()).toBeLessThanOrEqual(Date.now() + 2 * day)
  })

  it.each([
    ['was left alone for longer than a team allows', { createdAgo: 40 * 60_000, usedAgo: 16 * 60_000 }],
    ['is older than a team allows', { createdAgo: 61 * 60_000, usedAgo: 1000 }],
  ])('ends for the team alone when it %s', async (_what, times) => {
    const { server, folder, cookie } = await start()
    await limitSessions(folder, { session_idle_minutes: 15, session_max_minutes: 60 })
    expect((await server.request('GET', '/v1/projects', undefined, cookie)).status).toBe(200)
    await ageSessions(folder, times)
    // A request without a team comes first, as from the console. It must not hide how long the session was left alone.
    expect((await server.request('GET', '/v1/session', undefined, cookie)).status).toBe(200)
    for (let count = 0; count < 2; count++) {
      const { status, json } = await server.request<Failure>('GET', '/v1/projects', undefined, cookie)
      expect([status, json.issues[0]?.path]).toEqual([401, ['sessionLimit']])
    }
    // A new password replaces the session, and does not make it younger.
    const password = 'another horse battery'
    const change = { current: firstAccount.password, next: password }
    const changed = sessionCookie(await server.request('PUT', '/v1/account/password', change, cookie))
    expect((await server.request('GET', '/v1/projects', undefined, { ...cookie, ...changed })).status).toBe(401)
    const again = sessionCookie(await server.signIn({ password }))
    expect((await server.request('GET', '/v1/projects', undefined, again)).status).toBe(200)
  })
})
