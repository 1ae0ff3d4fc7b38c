import { expect, it } from 'vitest'
import { encodedForms } from './find-leaks.ts'

const text = 'a "canary"\n with spaces & ünïcode'

it.each([
  ['as it is', text],
  ['in JSON', JSON.stringify({ text })],
  ['in JSON within JSON', JSON.stringify(JSON.stringify({ text }))],
  ['in an URL', `https://example.com/${encodeURIComponent(text)}`],
  ['in a query', `${new URLSearchParams({ text })}`],
  ['in hex', Buffer.from(`<${text}>`).toString('hex')],
  ['in base64', Buffer.from(text).toString('base64')],
  ['in base64 after one byte', Buffer.from(`<${text}>`).toString('base64')],
  ['in base64 after two bytes', Buffer.from(`<<${text}>`).toString('base64')],
  ['in base64 for URLs', Buffer.from(`<<<${text}>`).toString('base64url')],
])('finds a text %s', (_how, haystack) => {
  expect(encodedForms(text).some((spelling) => haystack.includes(spelling))).toBe(true)
})
