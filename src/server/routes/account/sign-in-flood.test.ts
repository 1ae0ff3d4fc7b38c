import { describe, expect, it } from 'vitest'
import { identityByHeader } from '#server/testing/app/identity-by-header.ts'
import { openTestApp } from '#server/testing/app/test-app.ts'
import type { Confirmation, User } from '#shared/people/session.ts'

const ada: User = { id: 'us0000000ada', name: 'Ada', email: 'ada@example.com' }
const right = 'correct horse battery'
const minute = 60_000

/** An app with one account, a clock that the test sets, and requests from any address. */
const newDoor = async () => {
  let at = 1_800_000_000_000
  let address = '192.0.2.1'
  let checked = 0
  const identity = {
    ...identityByHeader(
      new Map(),
      async () => [],
      () => at,
    ),
    signIn: async ({ email, password }: { email: string; password: string }) => {
      checked++
      return email === ada.email && password === right
        ? { user: ada, headers: new Headers(), proof: 'a proof' }
        : undefined
    },
    confirm: async ({ password }: Confirmation) =>
      password === right ? ('confirmed' as const) : ('passwordWrong' as const),
  }
  const { request } = await openTestApp({
    identity,
    authenticate: async () => ({
      user: ada,
      session: {
        id: 'the session',
        confirmedAt: at,
        startedAt: at,
        usedAt: at,
        secondFactor: true,
        longestPause: 0,
        cookies: [],
      },
      teams: [],
    }),
    now: () => at,
    clientAddress: () => address,
  })
  return {
    checked: () => checked,
    pass: (ms: number) => {
      at += ms
    },
    attempt: async (email: string, password: string, from: string, cookie = '') => {
      address = from
      const { status, json, headers } = await request('POST', '/v1/session', { email, password }, { cookie })
      const cookies = headers.getSetCookie()
      return { status, text: JSON.stringify(json), retryAfter: headers.get('retry-after'), cookies }
    },
    /** Confirms as the owner, who is signed in. */
    confirm: async (password: string) => (await request('POST', '/v1/session/confirmation', { password })).status,
  }
}

it('almost none of 10,000 attempts to sign in is checked, and the right person signs in after the wait', async () => {
  const { attempt, checked, pass } = await newDoor()
  for (let count = 0; count < 5000; count++) {
    // From new addresses to one account, then from one address to new accounts.
    await attempt(ada.email, `wrong ${count}`, `10.0.${count >> 8}.${count & 255}`)
    await attempt(`nobody${count}@example.com`, `wrong ${count}`, '192.0.2.66')
    pass(10)
  }
  // Five without a wait for the account and twenty for the address, then one for each wait that has passed.
  expect(checked()).toBeLessThan(40)
  const { status, retryAfter } = await attempt(ada.email, right, '198.51.100.7')
  expect(status).toBe(429)
  expect(Number(retryAfter)).toBeLessThanOrEqual(15 * 60)
  pass(Number(retryAfter) * 1000)
  expect((await attempt(ada.email, right, '198.51.100.7')).status).toBe(200)
}, 60_000)

it('never reveals whether an account exists, after any number of attempts', async () => {
  const { attempt, pass } = await newDoor()
  for (let count = 0; count < 30; count++) {
    const known = await attempt(ada.email, 'wrong', `10.1.0.${count}`)
    const unknown = await attempt('nobody@example.com', 'wrong', `10.2.0.${count}`)
    expect([count, unknown]).toEqual([count, known])
    if (count % 7 === 6) pass(minute)
  }
})

/** Returns the cookie by which a device is known after a sign-in, as the browser sends it back. */
const deviceOf = ({ cookies }: { cookies: string[] }): string =>
  cookies.find((cookie) => cookie.startsWith('gradient-device-'))?.split(';')[0] ?? ''

describe('a stranger’s flood', () => {
  it.each([
    ['one address', () => '192.0.2.66'],
    ['the owner’s own address', () => '198.51.100.7'],
    ['ever new addresses', (count: number) => `10.0.${count >> 8}.${count & 255}`],
    ['one IPv6 network', (count: number) => `2001:db8::${count.toString(16)}`],
  ])('from %s never keeps out the owner on a known device', async (_where, stranger) => {
    const { attempt, confirm, pass } = await newDoor()
    const device = deviceOf(await attempt(ada.email, right, '198.51.100.7'))
    // Six hours, an attempt each half minute.
    for (let count = 0; count < 720; count++) {
      await attempt(ada.email, `wrong ${count}`, stranger(count))
      pass(30_000)
      if (count % 20 !== 19) continue
      const { status } = await attempt(ada.email, right, '198.51.100.7', device)
      expect([count, status, await confirm(right)]).toEqual([count, 200, 204])
    }
  })

  it('from a few addresses leaves a new device of the owner free', async () => {
    const { attempt, pass } = await newDoor()
    for (let count = 0; count < 300; count++) {
      await attempt(ada.email, `wrong ${count}`, '192.0.2.66')
      pass(30_000)
    }
    expect((await attempt(ada.email, right, '198.51.100.7')).status).toBe(200)
  })

  it('from one IPv6 network counts as from one address', async () => {
    const { attempt, checked } = await newDoor()
    for (let count = 0; count < 100; count++) {
      await attempt(`nobody${count}@example.com`, 'wrong', `2001:db8::${count.toString(16)}:1`)
    }
    expect(checked()).toBe(20)
    await attempt('nobody@example.com', 'wrong', '2001:db8:0:1::1')
    expect(checked()).toBe(21)
  })
})

describe('a known device', () => {
  it('waits after its own wrong passwords, while others sign in', async () => {
    const { attempt } = await newDoor()
    const device = deviceOf(await attempt(ada.email, right, '198.51.100.7'))
    const other = deviceOf(await attempt(ada.email, right, '198.51.100.8'))
    for (let count = 0; count < 5; count++) await attempt(ada.email, 'wrong', '198.51.100.7', device)
    expect((await attempt(ada.email, right, '198.51.100.7', device)).status).toBe(429)
    expect((await attempt(ada.email, right, '198.51.100.8', other)).status).toBe(200)
    expect((await attempt(ada.email, right, '198.51.100.9')).status).toBe(200)
  })

  it('is known for its account only', async () => {
    const { attempt, checked } = await newDoor()
    const device = deviceOf(await attempt(ada.email, right, '198.51.100.7'))
    const forged = device.replace(/.$/, (last) => (last === '0' ? '1' : '0'))
    const before = checked()
    for (let count = 0; count < 100; count++) {
      await attempt(ada.email, 'wrong', '192.0.2.66', forged)
      await attempt('eve@example.com', 'wrong', '192.0.2.67', device)
    }
    expect(checked() - before).toBe(10)
  })

  it('keeps its ID, and has a cookie that scripts and other sites do not get', async () => {
    const { attempt } = await newDoor()
    const first = await attempt(ada.email, right, '198.51.100.7')
    const again = await attempt(ada.email, right, '198.51.100.7', deviceOf(first))
    expect(first.status).toBe(200)
    expect(deviceOf(first)).toMatch(/^gradient-device-[0-9a-f]{12}=[0-9a-f-]{36}\.[0-9a-f]{64}$/)
    const attributes = 'Max-Age=34560000; Path=/; HttpOnly; SameSite=Strict'
    expect(first.cookies).toEqual([`${deviceOf(first)}; ${attributes}`])
    expect(deviceOf(again)).toBe(deviceOf(first))
  })
})

it('wrong confirmations make the session wait, and no sign-in', async () => {
  const { attempt, confirm } = await newDoor()
  const statuses = []
  for (let count = 0; count < 7; count++) statuses.push(await confirm('wrong'))
  expect(statuses).toEqual([400, 400, 400, 400, 400, 429, 429])
  expect((await attempt(ada.email, right, '192.0.2.1')).status).toBe(200)
})
