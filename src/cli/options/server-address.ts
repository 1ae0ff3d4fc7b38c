import { CommandError, exits } from '#cli/exit.ts'
import { printable } from '#cli/output/printable.ts'

/**
 * The server's address as it is used: without a slash at the end, with its path. `from` says where it was given, for
 * the message. Throws a {@link CommandError} for what is no address of a server.
 */
export const parseAddress = (text: string, from: string): string => {
  const refuse = (reason: string, hint: string) =>
    new CommandError(exits.usage, `${from} is no address of a server: ${reason}`, { hint })
  const url = URL.parse(text.trim())
  const isHttp = url?.protocol === 'http:' || url?.protocol === 'https:'
  if (!url || !isHttp || url.hostname === '') {
    throw refuse(`“${shown(text)}”.`, 'Give one that begins with “https://” or “http://”.')
  }
  if (url.username || url.password) throw refuse('it holds a password.', 'Give the address only.')
  if (url.search || url.hash) throw refuse('it has more than a path.', 'Leave out “?” and “#” with what follows.')
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '')
}

/** A wrong address may be a key or a password in the wrong place. */
const shown = (text: string): string => {
  const safe = printable(text.replace(/\/\/[^/]*@/, '//…@'))
  return safe.length > 60 ? `${safe.slice(0, 60)}…` : safe
}
