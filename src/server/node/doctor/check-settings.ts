import type { Config } from '#server/node/config.ts'
import { type Finding, ok, warn } from './finding.ts'

const loopback = new Set(['localhost', '127.0.0.1', '::1', '[::1]'])

/** Settings that can be used, and yet may not be meant. */
export const lookAtSettings = ({ host, publicUrl }: Pick<Config, 'host' | 'publicUrl'>): Finding[] => {
  const found: Finding[] = []
  if (publicUrl && publicUrl.protocol !== 'https:' && !loopback.has(publicUrl.hostname)) {
    found.push(
      warn(
        'settings',
        'PUBLIC_URL is an address of http: passwords and values travel in the clear.',
        'Put a proxy with TLS in front, and set PUBLIC_URL to its https:// address.',
      ),
    )
  }
  if (!publicUrl && !loopback.has(host)) {
    found.push(
      warn(
        'settings',
        'HOST is open to other machines and there is no PUBLIC_URL: whatever name it is called by is answered.',
        'Set PUBLIC_URL to the https:// address that people use.',
      ),
    )
  }
  return found.length > 0 ? found : [ok('settings', 'They can be used.')]
}
