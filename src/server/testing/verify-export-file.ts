import { openPublicKey } from '#server/audit/checkpoint-signature.ts'
import { type ExportVerdict, verifyTrail } from '#server/audit/verify-export.ts'
import { nodeSha256 } from '#server/node/keys/node-crypto.ts'

/** Verifies an export as `npm run audit:verify` does. */
export const verifyExport = async (text: string, publicKey: string): Promise<ExportVerdict> =>
  verifyTrail({
    lines: text.split('\n').slice(0, -1),
    isSigned: await openPublicKey(publicKey),
    sha256: (line) => String(nodeSha256(line)),
  })

/** Collects the lines of a store's export into one text. */
export const collectExport = async (pieces: AsyncIterable<string>): Promise<string> => {
  let text = ''
  for await (const piece of pieces) text += piece
  return text
}
