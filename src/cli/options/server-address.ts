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
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '')
}

/** Hides a user name and password, and shortens: a wrong address may be a misplaced key. */
const shown = (text: string): string => {
  const safe = printable(text.replace(/\/\/[^/]*@/, '//…@'))
  return safe.length > 60 ? `${safe.slice(0, 60)}…` : safe
}
