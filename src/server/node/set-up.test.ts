import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { newDataFolder } from '#server/testing/processes/data-folder.ts'
import {
  firstAccount,
  sessionCookie,
  setupToken,
  startFailure,
  startTestServer,
} from '#server/testing/processes/test-server.ts'
import type { Failure } from '#shared/failure.ts'
import { startedSession } from '#shared/people/session.ts'
import { productVersion } from './product-version.ts'

describe('set-up', () => {
  it('is open at first, and its link carries the token in the fragment, which no server sees', async () => {
    const { request, address, setupLink } = await startTestServer()
    expect((await request('GET', '/v1/setup')).json).toEqual({ open: true })
    expect(setupLink).toBe(`${address}/setup#token=${setupToken}`)
  })

  it('creates the account and its team, and signs in', async () => {
    const { request, setUp } = await startTestServer({ TRASH_DAYS: '7' })
    const answer = await setUp({ email: 'Ada@Example.com' })
    expect(answer.status).toBe(201)
    expect(answer.json).toEqual({
      user: { id: expect.stringMatching(/^us[0-9a-z]{10}$/), name: firstAccount.name, email: 'ada@example.com' },
      team: {
        id: expect.stringMatching(/^te[0-9a-z]{10}$/),
        namespace: 'gradient-next',
        name: 'Gradient Next',
        role: 'owner',
      },
      teams: [answer.json.team],
      trashDays: 7,
      version: productVersion,
      proof: expect.stringMatching(/^[\w-]{43}$/),
    })
    expect(startedSession.parse(answer.json)).toEqual(answer.json)
    const { proof: _, ...session } = answer.json
    expect((await request('GET', '/v1/session', undefined, sessionCookie(answer))).json).toEqual(session)
    expect((await request('GET', '/v1/setup')).json).toEqual({ open: false })
  })

  it('gives a team with a reserved name another namespace', async () => {
    const { setUp } = await startTestServer()
    expect((await setUp({ team: 'Settings' })).json.team?.namespace).toBe('team-settings')
  })

  it.each(['', 'wrong', `${setupToken} `, setupToken.toUpperCase(), setupToken.slice(0, -1)])(
    'is rejected with the token %j',
    async (token) => {
      const { request, setUp } = await startTestServer()
      const answer = await setUp({ token })
      expect([answer.status, (answer.json as unknown as Failure).code]).toEqual([403, 'FORBIDDEN'])
      expect(answer.headers.getSetCookie()).toEqual([])
      expect(answer.text).not.toContain(setupToken)
      expect((await request('GET', '/v1/setup')).json).toEqual({ open: true })
    },
  )

  it('succeeds once, and is rejected afterwards even with the right token', async () => {
    const { setUp, signIn } = await startTestServer()
    await setUp()
    const again = await setUp({ email: 'eve@example.com' })
    expect([again.status, (again.json as unknown as Failure).code]).toEqual([409, 'CONFLICT'])
    expect(again.headers.getSetCookie()).toEqual([])
    expect((await signIn({ email: 'eve@example.com' })).status).toBe(401)
    expect((await signIn()).status).toBe(200)
  })

  it('succeeds once when several requests arrive together', async () => {
    const { setUp, signIn } = await startTestServer()
    const people = Array.from({ length: 4 }, (_, index) => `person${index}@example.com`)
    const answers = await Promise.all(people.map((email) => setUp({ email })))
    const statuses = answers.map(({ status }) => status).toSorted()
    expect(statuses).toEqual([201, 409, 409, 409])
    const winner = answers.findIndex(({ status }) => status === 201)
    const signedIn = []
    for (const email of people) signedIn.push((await signIn({ email })).status)
    expect(signedIn.map((status) => status === 200)).toEqual(people.map((_, index) => index === winner))
  })

  it.each([
    [{ password: 'too short' }, 'password'],
    [{ email: 'ada' }, 'email'],
    [{ name: '' }, 'name'],
    [{ team: ' ' }, 'team'],
  ])('is rejected with %j, names the field, and stays open', async (changes, field) => {
    const { request, setUp } = await startTestServer()
    const { status, json, text } = await setUp(changes)
    expect([status, (json as unknown as Failure).issues[0]?.path]).toEqual([400, [field]])
    expect(text).not.toContain('too short')
    expect((await request('GET', '/v1/setup')).json).toEqual({ open: true })
  })

  it('is throttled after wrong tokens, and only at their address', async () => {
    const { request, setUp } = await startTestServer({ TRUSTED_PROXIES: '127.0.0.1' })
    const guess = (from: string) =>
      request('POST', '/v1/setup', { ...firstAccount, token: 'a guess' }, { 'x-forwarded-for': from })
    for (let count = 0; count < 20; count++) expect((await guess(`2001:db8::${count}`)).status).toBe(403)
    const refused = await guess('2001:db8::99')
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '30'])
    expect((await setUp()).status).toBe(201)
  })

  it('refuses a SETUP_TOKEN under 32 characters before it writes anything', async () => {
    const folder = newDataFolder()
    const message = await startFailure({ DATA_DIR: folder, SETUP_TOKEN: 'a canary of a token' })
    expect(message).toBe(
      'SETUP_TOKEN must be 32 to 200 characters. Make one with “openssl rand -base64 32”, or leave it out.',
    )
    expect(existsSync(folder)).toBe(false)
  })

  it('ignores a SETUP_TOKEN under 32 characters once the installation is set up, with a warning', async () => {
    const folder = newDataFolder()
    const first = await startTestServer({ DATA_DIR: folder })
    await first.setUp()
    await first.stop()
    const second = await startTestServer({ DATA_DIR: folder, SETUP_TOKEN: 'a canary of a token' })
    expect((await second.signIn()).status).toBe(200)
    await expect.poll(second.log).toContain('SETUP_TOKEN is ignored')
    expect(second.log()).not.toContain('canary')
  })
})
