/** A host with an optional port. Everything else that a URL may have next to its host is refused. */
const form = /^(?:\[[0-9a-f:.]+\]|[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?)(?::\d{1,5})?$/i

/**
 * Returns the one spelling of a host with its port: in lower case, without a trailing dot and the protocol's default port,
 * IPv6 addresses shortened. Returns `undefined` for what is no host.
 */
export const normalHost = (host: string, protocol: string): string | undefined => {
  const undotted = host.replace(/\.(?=:\d+$|$)/, '')
  const address = `${protocol}//${undotted}`
  return form.test(host) && URL.canParse(address) ? new URL(address).host : undefined
}
