import { describe, expect, it } from 'vitest'
import { addressBlock, formatIp, isInRanges, parseIp, parseIpRange } from './ip-address.ts'

describe('an address', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:C000:0201', '192.0.2.1'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['::', '::'],
    ['::1', '::1'],
    ['1::', '1::'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
  ])('%s is written %s', (text, written) => {
    const address = parseIp(text)
    expect(address && formatIp(address)).toBe(written)
  })

  it.each([
    ...['', 'x', '1.2.3', '1.2.3.4.5', '1.2.3.256', '01.2.3.4', '1.2.3.4 ', '1e1.2.3.4', '-1.2.3.4'],
    ...[':', ':::', '1:2', '1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8:9', '1::2::3', '::12345', '::1.2.3', '[::1]', '::1%eth0'],
    ...['1:2:3:4:5:6:7:8::', '::1.2.3.4:5', '_hidden', 'unknown'],
  ])('is not %j', (text) => {
    expect(parseIp(text)).toBeUndefined()
  })
})

describe('a range', () => {
  const has = (range: string, address: string): boolean | undefined => {
    const [parsed, one] = [parseIpRange(range), parseIp(address)]
    return parsed && one && isInRanges(one, [parsed])
  }

  it.each([
    ['10.0.0.0/8', '10.255.0.1', true],
    ['10.0.0.0/8', '11.0.0.1', false],
    ['10.1.2.3/8', '10.9.9.9', true],
    ['192.0.2.1', '192.0.2.1', true],
    ['192.0.2.1', '192.0.2.2', false],
    ['0.0.0.0/0', '203.0.113.9', true],
    ['0.0.0.0/0', '2001:db8::1', false],
    ['::/0', '192.0.2.1', false],
    ['2001:db8::/32', '2001:db8:ffff::1', true],
    ['2001:db8::/32', '2001:db9::1', false],
    ['::ffff:10.0.0.0/104', '10.2.3.4', true],
    ['10.0.0.0/8', '::ffff:10.2.3.4', true],
  ])('%s with %s: %s', (range, address, expected) => {
    expect(has(range, address)).toBe(expected)
  })

  it.each([
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.0/08',
    '10.0.0.0/-1',
    '10.0.0.0/8/8',
    '::/129',
    '::ffff:10.0.0.0/95',
    'x/8',
  ])('is not %s', (text) => {
    expect(parseIpRange(text)).toBeUndefined()
  })
})

it('groups IPv6 addresses by their first 64 bits, and keeps IPv4 addresses whole', () => {
  expect(addressBlock('192.0.2.1')).toBe('192.0.2.1')
  expect(addressBlock('::ffff:192.0.2.1')).toBe('192.0.2.1')
  expect(addressBlock('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2::/64')
  expect(addressBlock('2001:db8:1:2::9')).toBe('2001:db8:1:2::/64')
  expect(addressBlock('unknown')).toBe('unknown')
})
