import { parse, serialize } from 'hono/utils/cookie'
import { sameText } from '#server/crypto/same-text.ts'
import { type Mac, webMac } from '#server/crypto/web-crypto.ts'

/**
 * Recognises browsers that signed in to an account before (OWASP's device cookie), so that a stranger's guesses at the
 * account do not make its owner wait. The cookie proves nothing else, and no password is skipped.
 */
export type Devices = {
  /** Returns the ID of the device when it signed in to this account before. */
  find(request: Request, email: string): Promise<string | undefined>
  /** Returns the `Set-Cookie` header after a sign-in to this account. A known device keeps its ID. */
  remember(request: Request, email: string): Promise<string>
}

/** The longest lifetime that browsers accept. Each sign-in renews it. */
const lifetime = 400 * 24 * 60 * 60

const encoder = new TextEncoder()
const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

/**
 * Creates {@link Devices} under a key that is derived from `secret`. `secure` is whether browsers use https. A browser
 * has one cookie for each account that signs in there; its name and value do not tell which account that is.
 */
export const deviceCookies = ({ secret, secure }: { secret: string; secure: boolean }): Devices => {
  let mac: Promise<Mac> | undefined
  const makeMac = async (): Promise<Mac> => {
    const root = await webMac(encoder.encode(secret))
    return webMac(await root(encoder.encode('device cookies')))
  }
  const code = async (text: string): Promise<string> => {
    mac ??= makeMac()
    return hex(await (await mac)(encoder.encode(text)))
  }
  const nameFor = async (email: string) =>
    `${secure ? '__Host-' : ''}gradient-device-${(await code(`account ${email.toLowerCase()}`)).slice(0, 12)}`
  const codeFor = (email: string, id: string) => code(`device ${id} ${email.toLowerCase()}`)

  const find: Devices['find'] = async ({ headers }, email) => {
    const cookies = headers.get('cookie')
    if (!cookies?.includes('gradient-device-')) return undefined
    const name = await nameFor(email)
    const [id = '', given = ''] = parse(cookies, name)[name]?.split('.') ?? []
    return (await sameText(given, await codeFor(email, id))) ? id : undefined
  }

  return {
    find,
    remember: async (request, email) => {
      const id = (await find(request, email)) ?? crypto.randomUUID()
      const value = `${id}.${await codeFor(email, id)}`
      const maxAge = lifetime
      return serialize(await nameFor(email), value, { path: '/', httpOnly: true, secure, sameSite: 'Strict', maxAge })
    },
  }
}
