import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto'

/** Reads and makes the cookie of a session as better-auth does: its token with an HMAC-SHA-256 under the secret. */
export type SessionCookie = {
  /** Returns the token in a `Cookie` header; `undefined` without one that this server signed. */
  token(cookies: string): string | undefined
  /** Returns the token that `Set-Cookie` headers give a browser. */
  newToken(headers: Headers): string | undefined
  /** Returns a `Set-Cookie` header. `maxAge` is in milliseconds. */
  set(token: string, maxAge: number): string
}

/** How many headers with a right signature are remembered, and how long one may be. */
const maxVerified = 2000
const maxLength = 2000

/** Creates the functions of the session cookie with this name. */
export const sessionCookieOf = (name: string, secret: string, secure: boolean): SessionCookie => {
  const key = createSecretKey(Buffer.from(secret, 'utf8'))
  const sign = (token: string) => createHmac('sha256', key).update(token).digest()
  const start = `${name}=`
  const verify: SessionCookie['token'] = (cookies) => {
    const pair = cookies
      .split(';')
      .map((one) => one.trim())
      .find((one) => one.startsWith(start))
    const signed = pair === undefined ? undefined : decoded(pair.slice(start.length))
    const dot = signed?.lastIndexOf('.') ?? -1
    if (signed === undefined || dot < 1) return undefined
    const given = Buffer.from(signed.slice(dot + 1), 'base64')
    const right = sign(signed.slice(0, dot))
    return given.byteLength === right.byteLength && timingSafeEqual(given, right) ? signed.slice(0, dot) : undefined
  }
  /** Signatures that were right stay right: only whether the session exists is asked at each request. */
  const verified = new Map<string, string>()
  const token: SessionCookie['token'] = (cookies) => {
    const known = verified.get(cookies)
    if (known !== undefined) return known
    const found = verify(cookies)
    if (found === undefined || cookies.length > maxLength) return found
    if (verified.size >= maxVerified) verified.clear()
    verified.set(cookies, found)
    return found
  }
  return {
    token,
    newToken: (headers) => verify(headers.getSetCookie().join(';')),
    set: (token, maxAge) =>
      [
        `${start}${encodeURIComponent(`${token}.${sign(token).toString('base64')}`)}`,
        `Max-Age=${Math.floor(maxAge / 1000)}`,
        'Path=/',
        'HttpOnly',
        ...(secure ? ['Secure'] : []),
        'SameSite=Strict',
      ].join('; '),
  }
}

const decoded = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
