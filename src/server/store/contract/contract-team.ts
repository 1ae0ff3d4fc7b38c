import { beforeAll, expect } from 'vitest'
import { newId } from '#server/crypto/make-id.ts'
import type { Store } from '#server/store/open-store.ts'
import type { SealableValue } from '#server/store/secrets/write-version.ts'
import { Failure } from '#shared/failure.ts'
import type { Page, PageQuery } from '#shared/page.ts'

/** Ways into one database under test. `addTeam` makes a team and its owner, beyond the one that set-up makes. */
export type Opened = { store: Store; addTeam: (teamId: string, owner: { id: string; name: string }) => Promise<void> }

/** Opens a database for all tests around the call, and closes it after. The answer makes a team for one of them. */
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

/** A value as it comes to a store, sealed by nobody: another one each time, unless told. */
export const given = (keyId: string, text: string = newId('es')): SealableValue => {
  const bytesOf = (version: number) => new TextEncoder().encode(`${text} ${version}`)
  return {
    seal: async (version) => ({ algorithm: 'A256GCM', keyId, bytes: bytesOf(version) }),
    fingerprint: async (key) => `${text} by ${key.id}`,
    isIn: async ({ version, sealed }) => `${sealed.bytes}` === `${bytesOf(version)}`,
  }
}

/** What was refused. */
export const failureOf = async (promise: Promise<unknown>): Promise<Failure> => {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(Failure)
  return error as Failure
}

/** Reads a list to its end, page by page. */
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
