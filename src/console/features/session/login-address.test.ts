import { expect, it } from 'vitest'
import { loginAddress, nextAddress } from './login-address.ts'

it('keeps the page that required a sign-in', () => {
  const address = loginAddress('/gradient-next/projects?q=a b')
  expect(nextAddress(new URL(address, 'http://console').searchParams.get('next'))).toBe('/gradient-next/projects?q=a b')
})

it('omits the start page', () => {
  expect(loginAddress('/')).toBe('/login')
})

it.each([null, '', 'projects', '//evil.example', '/\\evil.example', 'https://evil.example', '/login?next=/a'])(
  'rejects an address that is not of this console: %s',
  (next) => {
    expect(nextAddress(next)).toBeUndefined()
  },
)
