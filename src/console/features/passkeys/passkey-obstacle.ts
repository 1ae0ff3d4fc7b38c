/** A number in place of a name: IPv4, or IPv6 as it stands in an address. */
const ipAddress = /^(\d+(\.\d+){3}|\[.*\])$/

/**
 * Why passkeys cannot be used at the address of this page; `undefined` where they can. Browsers give them to pages with
 * a name and a secure connection only. `host` is the name that the server makes them for, if it is known.
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
