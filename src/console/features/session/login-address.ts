/** Where one signs in, coming back to `next` after. */
export const loginAddress = (next: string): string =>
  next === '/' ? '/login' : `/login?next=${encodeURIComponent(next)}`

/** The address to go to after signing in, when it is one of this console; a link must not lead anywhere else. */
export const nextAddress = (next: string | null): string | undefined =>
  next?.startsWith('/') && !/^\/[/\\]/.test(next) && !next.startsWith('/login') ? next : undefined
