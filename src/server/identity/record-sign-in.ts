import type { Store } from '#server/store/open-store.ts'
import type { Stamp } from '#server/store/trail/audit-event.ts'

/** Where attempts on accounts that do not exist are recorded: as much work as for one that does, in no team's trail. */
const nobodysTeam = ''

/**
 * Puts an attempt to sign in on record, in each team of the account. One on an unknown account takes the same time, so
 * that the time does not tell whether it exists.
 */
export const recordSignIn = async (
  { store }: { store: Pick<Store, 'personByEmail' | 'record'> },
  email: string,
  stamp: Omit<Stamp, 'by' | 'key'>,
  { succeeded, detail }: { succeeded: boolean; detail?: string },
): Promise<void> => {
  const person = await store.personByEmail(email.toLowerCase())
  const by = person && succeeded ? { id: person.id, name: person.name } : null
  for (const teamId of person?.teams ?? [nobodysTeam]) {
    await store.record(
      teamId,
      { ...stamp, by },
      {
        action: succeeded ? 'session.start' : 'session.refused',
        ...(person && !succeeded ? { name: person.name } : {}),
        ...(detail === undefined ? {} : { detail }),
      },
    )
  }
}
