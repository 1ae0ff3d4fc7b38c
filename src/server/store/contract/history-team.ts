import { newId } from '#server/crypto/make-id.ts'
import type { ConfirmedPlan } from '#server/store/secrets/plan-changes.ts'
import type { WriteCondition } from '#server/store/secrets/write-conditions.ts'
import type { Scope } from '#shared/scope.ts'
import type { Secret } from '#shared/secret.ts'
import { given, type Opened, teamMaker } from './contract-team.ts'

/** The options of the stores under test. */
export const keptHere = { keepVersions: 3, trashDays: 7 }

/** Far from today: other tests delete expired rows of the same database. */
export const historyAt = 2_000_000_000_000

/** Creates teams with short calls for tests of versions and the trash. */
export const historyTeams = (open: () => Promise<Opened>) => {
  const makeTeam = teamMaker(open)
  return async () => {
    const { store, teamId, owner } = await makeTeam()
    const { id: keyId } = await store.dataKey(teamId)
    const context = { by: owner, at: historyAt }
    const team: Scope = { kind: 'team', id: teamId }
    const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes).replace(/ \d+$/, '')
    return {
      store,
      teamId,
      owner,
      context,
      team,
      set: async (name: string, value?: string, how: Partial<WriteCondition> & { at?: number } & ConfirmedPlan = {}) =>
        (await store.writeSecret(teamId, team, { name, expect: 'any', ...context, ...how, ...given(keyId, value) }))
          .secret,
      restore: (
        name: string,
        version: number,
        how: Pick<WriteCondition, 'ifMatch'> & ConfirmedPlan = {},
      ): Promise<Secret> =>
        store.restoreVersion(teamId, team, {
          name,
          version,
          ...context,
          ...how,
          open: async ({ sealed }) => given(keyId, textOf(sealed.bytes)),
        }),
      remove: (name: string, time = historyAt) => store.deleteSecret(teamId, team, name, { by: owner, at: time }),
      value: async (name: string) => textOf((await store.sealedSecret(teamId, team, name)).sealed.bytes),
      versions: async (name: string) => (await store.listVersions(teamId, team, name, {})).items,
      trash: async () => (await store.listTrash(teamId, team, {})).items,
      trail: async () =>
        (await store.listAudit(teamId, {})).items.map(({ action, name, detail }) => [action, name, detail]),
      scope: async (kind: 'project' | 'cluster'): Promise<Scope> => {
        const scope = { kind, id: newId(kind === 'project' ? 'pr' : 'cl'), name: kind }
        await store.createScope(teamId, scope, context)
        return { kind, id: scope.id }
      },
    }
  }
}
