import { Failure } from '#shared/failure.ts'
import { passwordLength } from '#shared/people/session.ts'

/** Whose password it is: what a stranger would try first. */
export type PasswordOwner = { email: string; name: string; teams: readonly string[] }

/**
 * Throws `BAD_REQUEST` for a password that is one of the most common ones, or little more than the person's email or name
 * or the name of a team. `path` is the field that it was typed into. Call it wherever a password is chosen.
 */
export const refuseWeakPassword = async (
  password: string,
  owner: PasswordOwner,
  path: readonly string[],
): Promise<void> => {
  const message = (await isCommon(password))
    ? 'Many people use this password, so it is tried first. Choose another one.'
    : isAbout(password, owner)
      ? 'This is little more than your name or email or the team’s name, which are tried first. Choose another one.'
      : undefined
  if (message !== undefined) throw new Failure('BAD_REQUEST', message, { issues: [{ message, path }] })
}

let common: Promise<ReadonlySet<string>> | undefined

/** The list is loaded when the first password is chosen: most servers never need it. It has no upper case. */
const isCommon = async (password: string): Promise<boolean> => {
  common ??= import('@zxcvbn-ts/language-common').then(
    ({ dictionary }) => new Set(dictionary['passwords-common'].filter(({ length }) => length >= passwordLength.min)),
  )
  return (await common).has(password.trim().toLowerCase())
}

/** Shorter parts of names are parts of many words. */
const shortestPart = 4
/** With this many letters and digits of its own, a password may contain a name. */
const leastOwn = 6

const isAbout = (password: string, { email, name, teams }: PasswordOwner): boolean => {
  const [mailbox = '', domain = ''] = email.split('@')
  // The last label of a domain is that of a country or a kind.
  const texts = [email, mailbox, domain.replace(/\.[^.]*$/, ''), name, ...teams]
  const parts = texts
    .flatMap((text) => [text, ...text.split(/[^\p{L}\p{N}]+/u)].map(lettersAndDigits))
    .filter(({ length }) => length >= shortestPart)
    .toSorted((one, other) => other.length - one.length)
  const given = lettersAndDigits(password)
  // The separator keeps what is left from forming another part.
  const own = parts.reduce((left, part) => left.replaceAll(part, ' '), given)
  return own !== given && lettersAndDigits(own).length < leastOwn
}

const lettersAndDigits = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '')
