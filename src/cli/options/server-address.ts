import { CommandError, exitCodes } from '#cli/exit.ts'
import { printable } from '#cli/output/printable.ts'

/**
 * Normalizes the address of a server: no trailing slash, path kept. `from` names the source in messages. Throws {@link
 * CommandError} when the text is not the address of a server.
 */
export const parseAddress = (text: string, from: string): string => {
  const refuse = (reason: string, hint: string) =>
    new CommandError(exitCodes.usage, `${from} is no address of a server: ${reason}`, { hint })
  const url = URL.parse(text.trim())
  const isHttp = url?.protocol === 'http:' || url?.protocol === 'https:'
  if (!url || !isHttp || url.hostname === '') {
    throw refuse(`“${shown(text)}”.`, 'Give one that begins with “https://” or “http://”.')
  }
  if (url.username || url.password) throw refuse('it holds a password.', 'Give the address only.')
  if (url.search || url.hash) throw refuse('it has more than a path.', 'Leave out “?” and “#” with what follows.')
  return normalAddress(text)
}

/** Returns the normal form of an address, or the text itself when it is not one. */
export const normalAddress = (text: string): string => {
  const url = URL.parse(text.trim())
  return url ? `${url.origin}${url.pathname}`.replace(/\/+$/, '') : text
}

/**
 * Throws {@link CommandError} when a key would travel to another machine without encryption, unless that is `allowed`.
 * Redirects need no check, because none is followed.
 */
export const requireEncryption = (address: string, allowed: boolean | undefined): void => {
  const { protocol, hostname } = new URL(address)
  if (protocol !== 'http:' || isLoopback(hostname) || allowed) return
  throw new CommandError(
    exitCodes.usage,
    `The connection to “${printable(address)}” is not encrypted: anyone on the network path can read the key.`,
    { hint: 'Use “https://”. Add “--insecure” if you trust every machine on the way.' },
  )
}

/** `URL` has written every form of an IPv4 address as four numbers. */
const isLoopback = (hostname: string): boolean =>
  /^(?:localhost|.+\.localhost|127(?:\.\d{1,3}){3}|\[::1\]|\[::ffff:7f[0-9a-f]{2}:[0-9a-f]{1,4}\])$/.test(hostname)

/** Hides a user name and password, and shortens: a wrong address may be a misplaced key. */
const shown = (text: string): string => {
  const safe = printable(text.replace(/\/\/[^/]*@/, '//…@'))
  return safe.length > 60 ? `${safe.slice(0, 60)}…` : safe
}
