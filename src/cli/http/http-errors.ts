/** Connection errors before the server received anything. */
const unconnected: Record<string, string> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'its name cannot be looked up now',
  EHOSTUNREACH: 'there is no way to it',
  ENETUNREACH: 'there is no network',
  ETIMEDOUT: 'it does not answer',
}

const untrusted = /^(CERT_|ERR_TLS_CERT|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_)/

/** Returns whether the error code means that the server did not receive the request. */
export const wasNeverReceived = (code: string): boolean => code in unconnected || untrusted.test(code) || isNoTls(code)

/** Returns whether one side spoke TLS and the other plain HTTP. */
const isNoTls = (code: string): boolean => code === 'EPROTO' || code.startsWith('ERR_SSL_')

/** Returns the message for a failed request, with what to do. `limit` is in milliseconds. */
export const connectionErrorText = (code: string, shown: string, limit: number): string => {
  if (code in unconnected) {
    return `The server at ${shown} cannot be reached: ${unconnected[code]}. Check PAPERSPACE_CONFIG_HOST, and that it runs.`
  }
  if (code === 'TOO_SLOW')
    return `The server at ${shown} did not answer within ${limit / 1000} seconds. Try again later.`
  if (code === 'TOO_LARGE') return `What answers at ${shown} is not this service: it sent too much. Check the address.`
  if (untrusted.test(code)) {
    return `The certificate of ${shown} is not trusted (${code}). If it is your own, name its authority’s file in NODE_EXTRA_CA_CERTS.`
  }
  if (isNoTls(code))
    return `The server at ${shown} does not speak TLS. Check whether its address begins with “http://”.`
  if (code.startsWith('HPE_')) return `What answers at ${shown} does not speak HTTP. Check the address.`
  return `The connection to ${shown} broke${code ? ` (${code})` : ''}. Try again.`
}
