import { formatIp, type IpAddress, type IpRange, isInRanges, parseIp } from '#shared/network/ip-address.ts'

/** What is known of the connection of a request; Node joins repeated headers with commas. */
export type Connection = {
  socket: { remoteAddress?: string | undefined }
  headers: { forwarded?: string | undefined; 'x-forwarded-for'?: string | readonly string[] | undefined }
}

/** The address of a request whose two headers contradict each other, or that has no connection. */
const unknown = 'unknown'

/**
 * Returns a function that finds the network address of the client of a request. When the connection comes from one of
 * the `trusted` proxies, the address is the last one in `Forwarded` (RFC 7239), or else in `X-Forwarded-For`, that is not
 * a trusted proxy's own: what stands to the left of it is claimed by a stranger. Everybody else's headers are ignored.
 */
export const clientAddressFinder = (trusted: readonly IpRange[]): ((connection: Connection | undefined) => string) => {
  const isTrusted = (address: IpAddress) => isInRanges(address, trusted)

  /** Walks from the peer through the proxies. An entry without an address hides the rest: the proxy before it counts. */
  const walk = (peer: IpAddress, entries: Iterable<IpAddress | undefined>): IpAddress => {
    let last = peer
    for (const address of entries) {
      if (!address) break
      last = address
      if (!isTrusted(address)) break
    }
    return last
  }

  return (connection) => {
    const { remoteAddress } = connection?.socket ?? {}
    if (!connection || remoteAddress === undefined) return unknown
    // Not parsed: the usual address needs no other spelling.
    if (trusted.length === 0 && !remoteAddress.includes(':')) return remoteAddress
    const peer = parseIp(remoteAddress.replace(/%.*$/, ''))
    if (!peer) return remoteAddress
    if (!isTrusted(peer)) return formatIp(peer)
    const { forwarded, 'x-forwarded-for': list } = connection.headers
    const ways: IpAddress[] = []
    if (forwarded !== undefined) ways.push(walk(peer, addressesInForwarded(forwarded)))
    if (list !== undefined) ways.push(walk(peer, addressesInList(`${list}`)))
    const [found = peer, other = found] = ways
    // A proxy that writes one of them passes the other on as the client sent it. Which one it writes is not known here.
    return found.bits === other.bits && found.value === other.value ? formatIp(found) : unknown
  }
}

/** Reads the entries of `X-Forwarded-For` from the right. */
function* addressesInList(header: string): Iterable<IpAddress | undefined> {
  for (const entry of header.split(',').reverse()) yield parseNode(entry.trim())
}

/** Reads the `for` of each element of `Forwarded` from the right. */
function* addressesInForwarded(header: string): Iterable<IpAddress | undefined> {
  for (const element of elementsFromRight(header)) {
    const nodes = [...element.matchAll(forwardedPair)]
      .filter(([, name]) => name?.toLowerCase() === 'for')
      .map(([, , value = '']) => value)
    const wellFormed = forwardedElement.test(element)
    yield wellFormed && nodes.length === 1 ? parseNode(unquoted(nodes[0] ?? '')) : undefined
  }
}

const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+"
const quoted = '"(?:[^"\\\\]|\\\\.)*"'
const pair = `${token}=(?:${token}|${quoted})`
const forwardedElement = new RegExp(`^\\s*${pair}(?:\\s*;\\s*${pair})*\\s*;?\\s*$`)
const forwardedPair = new RegExp(`(${token})=(${token}|${quoted})`, 'g')

const unquoted = (text: string): string => (text.startsWith('"') ? text.slice(1, -1).replaceAll(/\\(.)/g, '$1') : text)

/**
 * Splits a list at its commas, from the right: a quotation mark that a client left open must not swallow what a proxy
 * appended.
 */
function* elementsFromRight(header: string): Iterable<string> {
  let end = header.length
  let inQuotes = false
  for (let at = header.length - 1; at >= 0; at--) {
    if (header[at] === '"' && !isEscaped(header, at)) inQuotes = !inQuotes
    else if (header[at] === ',' && !inQuotes) {
      yield header.slice(at + 1, end)
      end = at
    }
  }
  yield header.slice(0, end)
}

const isEscaped = (text: string, at: number): boolean => {
  let backslashes = 0
  while (text[at - 1 - backslashes] === '\\') backslashes++
  return backslashes % 2 === 1
}

/** Parses an address with or without a port. `unknown` and names that start with an underscore are no addresses. */
const parseNode = (text: string): IpAddress | undefined => {
  const bracketed = /^\[([^\]]*)\](?::[\w.-]+)?$/.exec(text)?.[1]
  if (bracketed !== undefined) return bracketed.includes(':') ? parseIp(bracketed) : undefined
  return parseIp(/^[^:]*:[\w.-]+$/.test(text) ? text.replace(/:.*$/, '') : text)
}
