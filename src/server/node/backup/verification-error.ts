/** Stored data was changed or cannot be opened. The message says which data, and shows no value. */
export class VerificationError extends Error {
  override readonly name = 'VerificationError'
}
