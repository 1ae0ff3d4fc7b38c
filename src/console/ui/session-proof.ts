const storageKey = 'gradient-proof'

/** The proof where the browser blocks storage: until the page is closed. */
let inMemory: string | undefined

/**
 * Returns the proof that every request of the session sends. It is in the storage of this origin, which pages of other
 * ports of the host cannot read, unlike cookies. Read at each request: another tab may have signed in since.
 */
export const sessionProof = (): string | undefined => {
  try {
    return localStorage.getItem(storageKey) ?? inMemory
  } catch {
    return inMemory
  }
}

/** Keeps the proof of a new session, for all tabs of this origin. */
export const keepSessionProof = (proof: string): void => {
  inMemory = proof
  try {
    localStorage.setItem(storageKey, proof)
  } catch {
    // The browser blocks storage.
  }
}

/** Forgets the proof of a session that has ended. */
export const forgetSessionProof = (): void => {
  inMemory = undefined
  try {
    localStorage.removeItem(storageKey)
  } catch {
    // The browser blocks storage.
  }
}
