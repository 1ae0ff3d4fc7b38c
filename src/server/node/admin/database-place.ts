import type { DatabaseLocation } from '#server/node/database/open-database.ts'

/** Where a database is, without the password. */
export const placeOf = (location: DatabaseLocation): string => {
  if (location.kind === 'sqlite') return location.path
  const { host, pathname } = new URL(location.url)
  return `postgres://${host}${pathname}`
}
