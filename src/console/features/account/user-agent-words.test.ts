import { describe, expect, it } from 'vitest'
import { userAgentWords } from './user-agent-words.ts'

const webkit = 'AppleWebKit/537.36 (KHTML, like Gecko)'

describe('userAgentWords', () => {
  it.each([
    ['Firefox on Linux', 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'],
    ['Chrome on Windows', `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${webkit} Chrome/140.0.0.0 Safari/537.36`],
    ['Edge on Windows', `Mozilla/5.0 (Windows NT 10.0) ${webkit} Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0`],
    [
      'Safari on macOS',
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.0 Safari/605.1',
    ],
    ['Safari on iPhone', 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1'],
    ['Chrome on Android', `Mozilla/5.0 (Linux; Android 15; Pixel 9) ${webkit} Chrome/140.0 Mobile Safari/537.36`],
    ['curl/8.5.0', 'curl/8.5.0'],
    ['Unknown program', null],
    [`${'x'.repeat(40)}…`, 'x'.repeat(300)],
  ])('returns %s', (words, agent) => expect(userAgentWords(agent)).toBe(words))
})
