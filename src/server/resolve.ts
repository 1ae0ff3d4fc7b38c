import { decide } from '#shared/effective.ts'
import { Failure } from '#shared/failure.ts'
import { type Meaning, meaningOf } from '#shared/reference.ts'
import { isReservedVariable, isVariableName } from '#shared/secret.ts'
import type { Holder, Pair, Resolved, ResolveRequest } from '#shared/workload.ts'
import { batchedRecords } from './batched-records.ts'
import type { Deps } from './deps.ts'
import { openEphemeral } from './ephemeral.ts'
import { sharedLookUps } from './shared-look-ups.ts'
import type { PairScope, Stamp } from './store.ts'

/** What a name is in a pair of scopes, opened. */
type Found = { value: string; winner: Holder; overridden: Holder[] }
type Looked = { scopes: PairScope[]; found: ReadonlyMap<string, Found> }

type ResolveDeps = Pick<Deps, 'store' | 'vault' | 'now' | 'afterArrivals'>

/**
 * Turns a workload's references into values: the only way that a value leaves. All of it or nothing, and the record of
 * it is on the disk before. Requests for the same at the same time share one look-up; nothing opened outlives them.
 */
export const resolver = (
  deps: ResolveDeps,
): ((teamId: string, request: ResolveRequest, stamp: Stamp) => Promise<Resolved>) => {
  const { store, vault, afterArrivals } = deps
  const lookUp = sharedLookUps<Looked>(afterArrivals)
  const record = batchedRecords(deps)

  const look = async (teamId: string, pair: Pair, names: readonly string[] | undefined): Promise<Looked> => {
    const scopes = await store.pairScopes(teamId, pair)
    const held = names?.length === 0 ? [] : await store.holders(teamId, scopes, names)
    const keys = new Map((await store.dataKeys(teamId)).map((key) => [key.id, key]))
    const found = new Map<string, Found>()
    for (const [name, holders] of Map.groupBy(held, ({ secret }) => secret)) {
      const decision = decide(holders.map(({ holder, sealed }) => ({ ...holder, sealed })))
      if (!decision) continue
      const { sealed, ...winner } = decision.winner
      const key = keys.get(sealed.keyId)
      if (!key) throw new Error('A value is sealed with a key that the team does not have.')
      const value = await vault.open(key, { teamId, scopeId: winner.id, name, version: winner.version }, sealed)
      found.set(name, { value, winner, overridden: decision.overridden.map(({ sealed: _, ...holder }) => holder) })
    }
    return { scopes, found }
  }

  return async (teamId, { env = {}, all, only = [], ...pair }, stamp) => {
    const meanings = Object.entries(env).map(([variable, value]) => ({ variable, value, meaning: meaningOf(value) }))
    refuseImpossible(meanings, only)
    const referred = meanings.flatMap(({ meaning }) => (meaning.kind === 'secret' ? [meaning.name] : []))
    const names = all ? undefined : [...new Set([...referred, ...only])].sort()
    const question = JSON.stringify([teamId, pair.projectId, pair.clusterId, names])
    const { scopes, found } = await lookUp(question, () => look(teamId, pair, names))
    refuseMissing(new Set([...referred, ...only]), found, scopes)

    const answer: Resolved = { env: {}, sources: {} }
    const take = (variable: string, name: string) => {
      const secret = found.get(name)
      if (!secret) return
      const { value, winner, overridden } = secret
      answer.env[variable] = value
      answer.sources[variable] = { from: 'secret', name, winner, overridden }
    }
    // Of all names, those that are no variables or steer a shell are left out; asked for one by one, they are refused.
    if (all) for (const name of found.keys()) if (isInjectable(name)) take(name, name)
    for (const name of only) take(name, name)
    for (const { variable, value, meaning } of meanings) {
      if (meaning.kind === 'secret') take(variable, meaning.name)
      else {
        answer.env[variable] = meaning.kind === 'ephemeral' ? await openEphemeral(deps, teamId, meaning.id) : value
        answer.sources[variable] =
          meaning.kind === 'ephemeral' ? { from: 'ephemeral', id: meaning.id } : { from: 'literal' }
      }
    }
    await record({ teamId, stamp, happened: happenedFrom(answer, scopes) })
    return answer
  }
}

const isInjectable = (name: string): boolean => isVariableName(name) && !isReservedVariable(name)

type Meant = { variable: string; meaning: Meaning }

const refuseImpossible = (meanings: readonly Meant[], only: readonly string[]): void => {
  const issues = [
    ...meanings.flatMap(({ variable, meaning }) =>
      meaning.kind === 'impossible'
        ? [{ message: `“${variable}” refers to a secret by what is no name.`, path: ['env', variable] }]
        : [],
    ),
    ...meanings.flatMap(({ variable }) =>
      isVariableName(variable)
        ? []
        : [
            {
              message: `“${variable}” is no name of a variable: it takes letters, digits and “_”.`,
              path: ['env', variable],
            },
          ],
    ),
    ...meanings.flatMap(({ variable }) =>
      isReservedVariable(variable)
        ? [{ message: `“${variable}” steers the shell or a runtime, and is not injected.`, path: ['env', variable] }]
        : [],
    ),
    ...only.flatMap((name, index) =>
      isInjectable(name)
        ? []
        : [{ message: `“${name}” cannot be a variable of its own. Refer to it in “env”.`, path: ['only', index] }],
    ),
  ]
  if (issues[0]) throw new Failure('BAD_REQUEST', issues[0].message, { issues })
}

const refuseMissing = (names: ReadonlySet<string>, found: Looked['found'], scopes: readonly PairScope[]): void => {
  const missing = [...names].filter((name) => !found.has(name))
  if (missing.length === 0) return
  const searched = scopes.map(({ kind, name }) => `${kind} “${name}”`).join(', ')
  const issues = missing.map((name) => ({
    message: `“${name}” is set nowhere: searched ${searched}.`,
    path: ['env', name],
  }))
  const listed = missing.map((name) => `“${name}”`).join(', ')
  throw new Failure(
    'NOT_FOUND',
    `${listed} ${missing.length === 1 ? 'is' : 'are'} set nowhere: searched ${searched}. Nothing was resolved.`,
    { issues },
  )
}

/** Most characters of a record's detail. */
const longestDetail = 2000

const happenedFrom = ({ sources }: Resolved, scopes: readonly PairScope[]) => {
  const names = Object.values(sources).flatMap((source) => (source.from === 'secret' ? [source.name] : []))
  const listed = [...new Set(names)].join(' ')
  const where = scopes.slice(0, -1).map(({ kind, name }) => `${kind} ${name}`)
  const detail = `${names.length} for ${where.join(' on ') || 'the team'}: ${listed}`
  const [scope] = scopes
  return {
    action: 'workload.resolve' as const,
    ...(scope ? { scope } : {}),
    detail: detail.length > longestDetail ? `${detail.slice(0, longestDetail)}…` : detail,
  }
}
