/** What was read is not what was stored, or cannot be opened. The message says which, and shows no value. */
export class Unverified extends Error {
  override readonly name = 'Unverified'
}
