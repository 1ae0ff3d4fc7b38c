import { createHmac, createSecretKey } from 'node:crypto'
import type { MacOf } from '#server/crypto/mac.ts'

/** The same as the web's, at once: theirs goes through a queue of threads for each call. */
export const nodeMac: MacOf = (raw) => {
  const key = createSecretKey(raw)
  return (bytes) => new Uint8Array(createHmac('sha256', key).update(bytes).digest())
}
