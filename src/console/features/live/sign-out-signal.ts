/** Aborted once somebody has signed out: until the next document is there, this one asks for nothing more. */
export const leaving = new AbortController()
