import { describe, expect, it } from 'vitest'
import { parseIpRange } from '#shared/network/ip-address.ts'
import { type Connection, clientAddressFinder } from './client-address.ts'

const ranges = ['10.0.0.0/8', '2001:db8:1::/48'].flatMap((text) => parseIpRange(text) ?? [])
const behindProxies = clientAddressFinder(ranges)
const proxy = '10.0.0.1'

const from = (
  remoteAddress: string | undefined,
  headers: Connection['headers'] = {},
  find: ReturnType<typeof clientAddressFinder> = behindProxies,
): string => find({ socket: { remoteAddress }, headers })

describe('the address of a client', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:DB8::0:1', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1'],
    [undefined, 'unknown'],
  ])('without trusted proxies is that of the connection, %s', (peer, address) => {
    const headers = { forwarded: 'for=203.0.113.9', 'x-forwarded-for': '203.0.113.9' }
    expect(from(peer, headers, clientAddressFinder([]))).toBe(address)
  })

  it('is that of the connection when its headers come from a stranger', () => {
    expect(from('192.0.2.1', { forwarded: 'for=203.0.113.9', 'x-forwarded-for': '203.0.113.9' })).toBe('192.0.2.1')
  })

  it.each([
    ['203.0.113.9', '203.0.113.9'],
    ['203.0.113.9, 10.1.1.1', '203.0.113.9'],
    ['198.51.100.1, 203.0.113.9,10.1.1.1 , 10.2.2.2', '203.0.113.9'],
    ['198.51.100.1, 203.0.113.9', '203.0.113.9'],
    ['203.0.113.9:4711', '203.0.113.9'],
    ['2001:db8::9', '2001:db8::9'],
    ['[2001:db8::9]:4711', '2001:db8::9'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['2001:db8:1::5', '2001:db8:1::5'],
    ['10.3.3.3, 10.2.2.2', '10.3.3.3'],
    ['garbage, 203.0.113.9', '203.0.113.9'],
  ])('is found in X-Forwarded-For from the right: %s', (list, address) => {
    expect(from(proxy, { 'x-forwarded-for': list })).toBe(address)
    expect(from(`::ffff:${proxy}`, { 'x-forwarded-for': list })).toBe(address)
  })

  it.each([
    ['for=203.0.113.9', '203.0.113.9'],
    ['For=203.0.113.9;proto=https;by=10.0.0.1', '203.0.113.9'],
    ['for="203.0.113.9:4711"', '203.0.113.9'],
    ['for="[2001:db8::9]"', '2001:db8::9'],
    ['for="[2001:db8::9]:4711"; proto=https', '2001:db8::9'],
    ['for="[2001:db8::9]:_port"', '2001:db8::9'],
    ['for=198.51.100.1, for=203.0.113.9, for=10.1.1.1', '203.0.113.9'],
    ['for="198.51.100.1, for=203.0.113.9", for=10.1.1.1', '10.1.1.1'],
    ['for=", for=203.0.113.9', '203.0.113.9'],
    ['for="\\", for=203.0.113.9', '203.0.113.9'],
    ['for=198.51.100.1, host="a,b";for=203.0.113.9', '203.0.113.9'],
  ])('is found in Forwarded from the right: %s', (forwarded, address) => {
    expect(from(proxy, { forwarded })).toBe(address)
  })

  it.each([
    ...[
      '',
      ',',
      'garbage',
      'for=',
      'for',
      'for=300.1.1.1',
      'for="[10.0.0.1"',
      'for=unknown',
      'for=_hidden',
      'proto=https',
    ],
    ...['for=203.0.113.9;for=203.0.113.10', 'for=[2001:db8::9]', 'for=203.0.113.9 x', 'for=203.0.113.9, for=_gazonk'],
  ])('is that of the proxy when Forwarded does not tell: %j', (forwarded) => {
    expect(from(proxy, { forwarded })).toBe(proxy)
  })

  it.each(['', ',', 'garbage', '203.0.113.9, x', '300.1.1.1', '203.0.113.9,', '[203.0.113.9]'])(
    'is that of the proxy when X-Forwarded-For does not tell: %j',
    (list) => {
      expect(from(proxy, { 'x-forwarded-for': list })).toBe(proxy)
    },
  )

  it('is the last known proxy when a trusted one hides who it serves', () => {
    expect(from(proxy, { forwarded: 'for=203.0.113.9, for=_hidden, for=10.9.9.9' })).toBe('10.9.9.9')
  })

  it('is unknown when the two headers contradict each other, because a proxy passes on the one it does not write', () => {
    expect(from(proxy, { forwarded: 'for=198.51.100.1', 'x-forwarded-for': '203.0.113.9' })).toBe('unknown')
    expect(from(proxy, { forwarded: 'for=_hidden', 'x-forwarded-for': '203.0.113.9' })).toBe('unknown')
    expect(from(proxy, { forwarded: 'for=203.0.113.9', 'x-forwarded-for': '203.0.113.9' })).toBe('203.0.113.9')
  })
})
