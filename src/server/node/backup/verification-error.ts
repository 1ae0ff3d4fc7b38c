/** What was read is not what was stored, or cannot be opened. The message says which, and shows no value. */
export class VerificationError extends Error {
  override readonly name = 'VerificationError'
}
