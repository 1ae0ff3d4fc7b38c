import { newId } from '#server/crypto/make-id.ts'
import type { NewScope } from '#server/store/secrets/scope-store.ts'
import type { WriteCondition } from '#server/store/secrets/write-conditions.ts'
import type { Scope } from '#shared/scope.ts'
import { given, type Opened, teamMaker } from './contract-team.ts'

export const secretsAt = 1_800_000_000_000

/** Creates teams with short calls for tests of secrets. */
export const secretTeams = (open: () => Promise<Opened>) => {
  const makeTeam = teamMaker(open)
  return async () => {
    const { store, teamId, owner } = await makeTeam()
    const { id: keyId } = await store.dataKey(teamId)
    const write = (
      scope: Scope,
      name: string,
      condition: Partial<WriteCondition> & { value?: string; at?: number } = {},
    ) =>
      store.writeSecret(teamId, scope, {
        name,
        by: owner,
        at: condition.at ?? secretsAt,
        expect: 'any',
        ...condition,
        ...given(keyId, condition.value),
      })
    const scope = async (kind: NewScope['kind'], name: string): Promise<Scope & NewScope> => {
      const made: NewScope = { kind, id: newId(kind === 'project' ? 'pr' : 'cl'), name }
      await store.createScope(teamId, kind === 'cluster' ? { ...made, type: 'vm' } : made, { by: owner, at: secretsAt })
      return made
    }
    return {
      store,
      teamId,
      owner,
      context: { by: owner, at: secretsAt },
      team: { kind: 'team', id: teamId } as Scope,
      write,
      scope,
    }
  }
}
