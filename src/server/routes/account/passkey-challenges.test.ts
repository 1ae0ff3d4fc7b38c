import { expect, it } from 'vitest'
import { openTestApp } from '#server/testing/app/test-app.ts'

it('challenges for passkeys are bounded by block of addresses, and by person', async () => {
  let address = '2001:db8::1'
  const at = 1_800_000_000_000
  const api = await openTestApp({ now: () => at, clientAddress: () => address })
  const team = await api.newTeam()
  for (let count = 0; count < 100; count++) {
    address = `2001:db8::${count}`
    expect((await api.request('POST', '/v1/session/passkey-challenge')).status).toBe(200)
    expect((await team.request('POST', '/v1/account/passkey-challenge')).status).toBe(200)
  }
  const refused = await api.request('POST', '/v1/session/passkey-challenge')
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1'])
  expect((await team.request('POST', '/v1/account/passkey-challenge')).status).toBe(429)
  const other = await team.join('member')
  expect((await other.request('POST', '/v1/account/passkey-challenge')).status).toBe(200)
  address = '192.0.2.1'
  expect((await api.request('POST', '/v1/session/passkey-challenge')).status).toBe(200)
})
