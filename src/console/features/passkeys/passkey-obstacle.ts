/** Matches an IPv4 address, or an IPv6 address as in a URL. */
const ipAddress = /^(\d+(\.\d+){3}|\[.*\])$/

/**
 * Returns why passkeys cannot be used at the address of this page; `undefined` if they can. Browsers require a host
 * name and a secure context. `host` is the server's relying party id, if known; `null` if the server has none.
 */
export const passkeyObstacle = (host?: string | null): string | undefined => {
  const { hostname, protocol, port } = window.location
  if (host === null || ipAddress.test(hostname)) {
    const named = host === 'localhost' ? ` Open it at ${protocol}//localhost${port && `:${port}`} to use them.` : ''
    return `Passkeys cannot be used while the console is opened at an IP address.${named}`
  }
  if (host !== undefined && host !== hostname) return `Passkeys of this server can be used at “${host}” only.`
  if (!window.isSecureContext) return 'Passkeys cannot be used without a secure connection. Open the console by https.'
  if (!('PublicKeyCredential' in window)) return 'This browser cannot use passkeys.'
  return undefined
}
