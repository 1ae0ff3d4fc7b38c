import { beforeAll } from 'vitest'
import { newId } from '../ids.ts'
import type { Store } from '../store.ts'

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
