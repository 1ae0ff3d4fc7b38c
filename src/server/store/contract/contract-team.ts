import { beforeAll, expect } from 'vitest'
import { newId } from '#server/crypto/make-id.ts'
import type { Store } from '#server/store/open-store.ts'
import type { SealableValue } from '#server/store/secrets/write-version.ts'
import { Failure } from '#shared/failure.ts'
import type { Page, PageQuery } from '#shared/page.ts'

/** Access to one database under test. `addTeam` creates a team and its owner, besides those of set-up. */
export type Opened = { store: Store; addTeam: (teamId: string, owner: { id: string; name: string }) => Promise<void> }

/**
 * Opens a database for all tests of the surrounding suite, and closes it after them. Returns a function that creates a
 * team for a test.
 */
export const teamMaker = (open: () => Promise<Opened>) => {
  let opened: Opened
  beforeAll(async () => {
    opened = await open()
    return () => opened.store.close()
  })
  return async ({ teamId = newId('te'), owner = { id: newId('us'), name: 'Ada' } } = {}) => {
    const { store, addTeam } = opened
    await addTeam(teamId, owner)
    return { store, teamId, owner }
  }
}

/** Returns a value to store that is not sealed. By default it differs at each call. */
export const given = (keyId: string, text: string = newId('es')): SealableValue => {
  const bytesOf = (version: number) => new TextEncoder().encode(`${text} ${version}`)
  return {
    seal: async (version) => ({ algorithm: 'A256GCM', keyId, bytes: bytesOf(version) }),
    fingerprint: async (key) => `${text} by ${key.id}`,
    isIn: async ({ version, sealed }) => `${sealed.bytes}` === `${bytesOf(version)}`,
  }
}

/** Returns the failure of a refused call. */
export const failureOf = async (promise: Promise<unknown>): Promise<Failure> => {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(Failure)
  return error as Failure
}

/** Reads all pages of a list. */
export const walk = async <Item>(
  list: (query: PageQuery) => Promise<Page<Item>>,
  query: PageQuery,
): Promise<Item[]> => {
  const items: Item[] = []
  let after: string | undefined
  do {
    const page = await list(after ? { ...query, after } : query)
    items.push(...page.items)
    after = page.nextPage ?? undefined
  } while (after)
  return items
}
