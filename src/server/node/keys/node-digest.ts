import { hash } from 'node:crypto'
import type { Sha256 } from '#server/crypto/digest.ts'

/** The same as the web's, at once: theirs goes through a queue of threads for each call. */
export const nodeSha256 = ((text) => hash('sha256', text, 'hex')) satisfies Sha256
