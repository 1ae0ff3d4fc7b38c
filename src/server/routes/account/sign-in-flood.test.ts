import { expect, it } from 'vitest'
import { identityByHeader } from '#server/testing/app/identity-by-header.ts'
import { openTestApp } from '#server/testing/app/test-app.ts'
import type { User } from '#shared/people/session.ts'

const ada: User = { id: 'us0000000ada', name: 'Ada', email: 'ada@example.com' }
const right = 'correct horse battery'
const minute = 60_000

/** An app with one account, a clock that the test sets, and requests from any address. */
const newDoor = async () => {
  let at = 1_800_000_000_000
  let address = '192.0.2.1'
  let checked = 0
  const identity = {
    ...identityByHeader(new Map(), () => at),
    signIn: async ({ email, password }: { email: string; password: string }) => {
      checked++
      return email === ada.email && password === right ? { user: ada, headers: new Headers() } : undefined
    },
  }
  const { request } = await openTestApp({ identity, now: () => at, clientAddress: () => address })
  return {
    checked: () => checked,
    pass: (ms: number) => {
      at += ms
    },
    attempt: async (email: string, password: string, from: string) => {
      address = from
      const { status, json, headers } = await request('POST', '/v1/session', { email, password })
      return { status, text: JSON.stringify(json), retryAfter: headers.get('retry-after') }
    },
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
