import { expect, it } from 'vitest'
import { loginAddress, nextAddress } from './login-address.ts'

it('remembers the page that asked for a sign-in', () => {
  const address = loginAddress('/gradient-next/projects?q=a b')
  expect(nextAddress(new URL(address, 'http://console').searchParams.get('next'))).toBe('/gradient-next/projects?q=a b')
})

it('does not remember the start page', () => {
  expect(loginAddress('/')).toBe('/login')
})

it.each([null, '', 'projects', '//evil.example', '/\\evil.example', 'https://evil.example', '/login?next=/a'])(
  'goes nowhere else: %s',
  (next) => {
    expect(nextAddress(next)).toBeUndefined()
  },
)
