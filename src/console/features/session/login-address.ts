/** Returns the address of the login page, which opens `next` afterwards. */
export const loginAddress = (next: string): string =>
  next === '/' ? '/login' : `/login?next=${encodeURIComponent(next)}`

/** Returns `next` if it is an address of this console. Prevents open redirects. */
export const nextAddress = (next: string | null): string | undefined =>
  next?.startsWith('/') && !/^\/[/\\]/.test(next) && !next.startsWith('/login') ? next : undefined
