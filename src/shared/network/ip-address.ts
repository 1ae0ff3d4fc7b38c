/** An IP address as a number. An IPv4-mapped IPv6 address is the IPv4 address. */
export type IpAddress = { bits: 32 | 128; value: bigint }

/** All addresses that start with the first `prefix` bits of `address`. */
export type IpRange = { address: IpAddress; prefix: number }

const mapped = 0xffffn

/** Parses an address as it is written in text, without port, brackets or zone. Returns `undefined` for another text. */
export const parseIp = (text: string): IpAddress | undefined => {
  if (!text.includes(':')) {
    const value = parseIpv4(text)
    return value === undefined ? undefined : { bits: 32, value }
  }
  const value = parseIpv6(text)
  if (value === undefined) return undefined
  return value >> 32n === mapped ? { bits: 32, value: value & 0xffffffffn } : { bits: 128, value }
}

const parseIpv4 = (text: string): bigint | undefined => {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1)
  // A leading zero means octal to some programs.
  if (!parts?.every((part) => Number(part) <= 255 && (part === '0' || !part.startsWith('0')))) return undefined
  return parts.reduce((value, part) => (value << 8n) | BigInt(part), 0n)
}

const parseIpv6 = (text: string): bigint | undefined => {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const groups = halves.map(parseGroups)
  const [left, right] = groups
  if (!left || (halves.length === 2 && !right)) return undefined
  const missing = 8 - left.length - (right?.length ?? 0)
  if (right ? missing < 1 : missing !== 0) return undefined
  const all = [...left, ...Array.from({ length: missing }, () => 0n), ...(right ?? [])]
  return all.reduce((value, group) => (value << 16n) | group, 0n)
}

const parseGroups = (text: string): bigint[] | undefined => {
  if (text === '') return []
  const parts = text.split(':')
  const groups: bigint[] = []
  for (const [index, part] of parts.entries()) {
    const last = index === parts.length - 1 && part.includes('.') ? parseIpv4(part) : undefined
    if (last !== undefined) groups.push(last >> 16n, last & mapped)
    else if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(BigInt(`0x${part}`))
    else return undefined
  }
  return groups
}

/** Returns the one way to write an address: dotted for IPv4, and as in RFC 5952 for IPv6. */
export const formatIp = ({ bits, value }: IpAddress): string => {
  if (bits === 32) return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 0xffn).join('.')
  const groups = Array.from({ length: 8 }, (_, index) => ((value >> BigInt(112 - 16 * index)) & mapped).toString(16))
  let longest = { start: 0, length: 1 }
  for (let start = 0; start < 8; start++) {
    let length = 0
    while (groups[start + length] === '0') length++
    if (length > longest.length) longest = { start, length }
  }
  if (longest.length < 2) return groups.join(':')
  const end = longest.start + longest.length
  return `${groups.slice(0, longest.start).join(':')}::${groups.slice(end).join(':')}`
}

/** Parses an address, or a range in CIDR notation such as `10.0.0.0/8`. Returns `undefined` for another text. */
export const parseIpRange = (text: string): IpRange | undefined => {
  const [start = '', length, ...more] = text.split('/')
  const address = parseIp(start)
  if (!address || more.length > 0) return undefined
  if (length === undefined) return { address, prefix: address.bits }
  if (!/^(0|[1-9]\d{0,2})$/.test(length)) return undefined
  // The length of a range of IPv4-mapped addresses counts the bits of IPv6.
  const prefix = Number(length) - (start.includes(':') ? 128 - address.bits : 0)
  return prefix >= 0 && prefix <= address.bits ? { address, prefix } : undefined
}

/** Returns whether an address is in one of the ranges. */
export const isInRanges = ({ bits, value }: IpAddress, ranges: readonly IpRange[]): boolean =>
  ranges.some(({ address, prefix }) => {
    const rest = BigInt(bits - prefix)
    return address.bits === bits && address.value >> rest === value >> rest
  })

/**
 * Returns the block of addresses that one customer of a provider has, as text: an IPv4 address alone, and the first 64
 * bits of an IPv6 address. A text that is no address is its own block.
 */
export const addressBlock = (text: string): string => {
  if (!text.includes(':')) return text
  const address = parseIp(text)
  if (!address) return text
  if (address.bits === 32) return formatIp(address)
  return `${formatIp({ bits: 128, value: (address.value >> 64n) << 64n })}/64`
}

/** Returns the one way to write a range: a whole address without its prefix, and a range without bits behind it. */
export const formatIpRange = ({ address: { bits, value }, prefix }: IpRange): string => {
  const rest = BigInt(bits - prefix)
  const start = formatIp({ bits, value: (value >> rest) << rest })
  return prefix === bits ? start : `${start}/${prefix}`
}

/** Returns whether all addresses of a range are in one of the ranges. */
export const isWithinRanges = ({ address, prefix }: IpRange, ranges: readonly IpRange[]): boolean =>
  isInRanges(
    address,
    ranges.filter((range) => range.prefix <= prefix),
  )
