import type { Deps } from '#server/deps.ts'
import { batchAuditRecords } from '#server/services/coalescing/batch-audit-records.ts'
import { countPer } from '#server/services/coalescing/count-per.ts'
import { debounceArrivals, shareLookups } from '#server/services/coalescing/gather-requests.ts'
import type { AuditContext, AuditEvent } from '#server/store/trail/audit-event.ts'
import type { WorkloadUse } from '#server/store/workloads/record-uses.ts'
import { decide } from '#shared/effective.ts'
import { Failure } from '#shared/failure.ts'
import type { NamedScope } from '#shared/scope.ts'
import { isVariableName } from '#shared/secret.ts'
import { isInjectable } from '#shared/workload/injectable-names.ts'
import { type Meaning, meaningOf } from '#shared/workload/reference.ts'
import type { Holder, Pair, Resolved, ResolveRequest } from '#shared/workload/workload.ts'
import { openEphemeralSecret } from './ephemeral-secrets.ts'
import { type JsonBytes, jsonBytes } from './json-bytes.ts'
import { dataKeyOf, readWithDataKeys } from './read-with-data-keys.ts'

/** The opened value of a name, with the scopes that decide it. */
type OpenedSecret = { value: string; winner: Holder; overridden: Holder[] }
type Looked = { scopes: NamedScope[]; found: ReadonlyMap<string, OpenedSecret> }

/** The serialized answer, and what the audit trail records for each request that gets it. */
type Answered = { json: JsonBytes<Resolved>; event: AuditEvent; used: WorkloadUse }

type ResolveDeps = Pick<Deps, 'store' | 'vault' | 'now' | 'afterArrivals' | 'countResolved'>

/**
 * Turns a workload's references into values: the only way by which a value leaves the server. Resolves all or nothing,
 * and writes the audit record before it answers. Equal concurrent requests, such as those of a workload's replicas,
 * share one lookup and one answer; no opened value is cached beyond them.
 */
export const resolver = (
  deps: ResolveDeps,
): ((teamId: string, request: ResolveRequest, context: AuditContext) => Promise<JsonBytes<Resolved>>) => {
  const { store, vault, afterArrivals } = deps
  const { arrive, whenSettled } = debounceArrivals(afterArrivals)
  const shared = shareLookups<Answered>(whenSettled)
  const countMissing = countPer(minute, deps.now)
  const record = batchAuditRecords({ store, afterArrivals: whenSettled })

  const look = async (teamId: string, pair: Pair, names: readonly string[] | undefined): Promise<Looked> => {
    const scopes = await store.pairScopes(teamId, pair)
    const { held, keys } = await readWithDataKeys(store, teamId, () =>
      names?.length === 0 ? Promise.resolve([]) : store.holders(teamId, scopes, names),
    )
    const found = new Map<string, OpenedSecret>()
    for (const [name, holders] of Map.groupBy(held, ({ secret }) => secret)) {
      const decision = decide(holders.map(({ holder, sealed }) => ({ ...holder, sealed })))
      if (!decision) continue
      const { sealed, ...winner } = decision.winner
      const value = await vault.open(
        dataKeyOf(keys, sealed),
        { teamId, scopeId: winner.id, name, version: winner.version },
        sealed,
      )
      found.set(name, { value, winner, overridden: decision.overridden.map(({ sealed: _, ...holder }) => holder) })
    }
    return { scopes, found }
  }

  const answer = async (teamId: string, { env = {}, all, only = [], ...pair }: ResolveRequest): Promise<Answered> => {
    const meanings = Object.entries(env).map(([variable, value]) => ({ variable, value, meaning: meaningOf(value) }))
    refuseImpossible(meanings, only)
    const referred = meanings.flatMap(({ meaning }) => (meaning.kind === 'secret' ? [meaning.name] : []))
    const asked = new Set([...referred, ...only])
    const { scopes, found } = await look(teamId, pair, all ? undefined : [...asked].sort())
    refuseMissing(asked, found, scopes)

    const answer: Resolved = { env: {}, sources: {} }
    const used = new Map<string, WorkloadUse['secrets'][number]>()
    const take = (variable: string, name: string) => {
      const secret = found.get(name)
      if (!secret) return
      const { value, winner, overridden } = secret
      answer.env[variable] = value
      answer.sources[variable] = { from: 'secret', name, winner, overridden }
      used.set(name, { scopeId: winner.id, name, version: winner.version })
    }
    // Anyone who may set a secret must not steer the programs of a workload: it gets such names one by one, as it asks.
    if (all) for (const name of found.keys()) if (isInjectable(name)) take(name, name)
    for (const name of only) take(name, name)
    for (const { variable, value, meaning } of meanings) {
      if (meaning.kind === 'secret') take(variable, meaning.name)
      else {
        answer.env[variable] =
          meaning.kind === 'ephemeral' ? await openEphemeralSecret(deps, teamId, meaning.id, pair) : value
        answer.sources[variable] =
          meaning.kind === 'ephemeral' ? { from: 'ephemeral', id: meaning.id } : { from: 'literal' }
      }
    }
    return {
      json: jsonBytes(answer),
      event: happenedFrom(answer, scopes),
      used: { pair, secrets: [...used.values()] },
    }
  }

  return async (teamId, request, context) => {
    arrive()
    const found = shared(JSON.stringify([teamId, request]), () => answer(teamId, request))
    const { json, event, used } = await found.catch(async (error: unknown) => {
      // A key that tries names is visible in the trail, and cannot fill it.
      const count = error instanceof MissingNames ? countMissing(context.key?.id ?? '') : undefined
      if (error instanceof MissingNames && count !== undefined)
        await store.record(teamId, context, missingFrom(error, count))
      throw error
    })
    await record({ teamId, context, event, used })
    deps.countResolved?.(used.secrets.length)
    return json
  }
}

/** The failure of a request for names that are set nowhere. */
class MissingNames extends Failure {
  readonly names: readonly string[]
  readonly scopes: readonly NamedScope[]
  constructor(
    message: string,
    about: { names: string[]; scopes: readonly NamedScope[]; issues: { message: string }[] },
  ) {
    super('NOT_FOUND', message, { issues: about.issues })
    this.names = about.names
    this.scopes = about.scopes
  }
}

const minute = 60_000

const missingFrom = ({ names, scopes }: MissingNames, count: number): AuditEvent => {
  const [scope] = scopes
  const times = count === 1 ? '' : `, the last of ${count} such requests`
  const listed = names.join(' ')
  const shown = listed.length > longestDetail ? `${listed.slice(0, longestDetail)}…` : listed
  return {
    action: 'workload.missing',
    ...(scope ? { scope } : {}),
    detail: `${names.length} for ${placeOf(scopes)}${times}: ${shown}`,
  }
}

const placeOf = (scopes: readonly NamedScope[]): string =>
  scopes
    .slice(0, -1)
    .map(({ kind, name }) => `${kind} ${name}`)
    .join(' on ') || 'the team'

/** Maximum length of a record's detail, in characters. */
const longestDetail = 2000

const happenedFrom = ({ sources }: Resolved, scopes: readonly NamedScope[]): AuditEvent => {
  const names = Object.values(sources).flatMap((source) => (source.from === 'secret' ? [source.name] : []))
  const listed = [...new Set(names)].join(' ')
  const detail = `${names.length} for ${placeOf(scopes)}: ${listed}`
  const [scope] = scopes
  return {
    action: 'workload.resolve',
    ...(scope ? { scope } : {}),
    detail: detail.length > longestDetail ? `${detail.slice(0, longestDetail)}…` : detail,
  }
}

type Meant = { variable: string; meaning: Meaning }

/** Refuses invalid names, and names that no variable can have. */
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
    ...only.flatMap((name, index) =>
      isVariableName(name)
        ? []
        : [{ message: `“${name}” cannot be a variable of its own. Refer to it in “env”.`, path: ['only', index] }],
    ),
  ]
  if (issues[0]) throw new Failure('BAD_REQUEST', issues[0].message, { issues })
}

/** Refuses the request when a name is set in none of the searched scopes. Lists every such name. */
const refuseMissing = (
  names: ReadonlySet<string>,
  found: ReadonlyMap<string, unknown>,
  scopes: readonly NamedScope[],
): void => {
  const missing = [...names].filter((name) => !found.has(name))
  if (missing.length === 0) return
  const searched = scopes.map(({ kind, name }) => `${kind} “${name}”`).join(', ')
  const issues = missing.map((name) => ({
    message: `“${name}” is set nowhere: searched ${searched}.`,
    path: ['env', name],
  }))
  const listed = missing.map((name) => `“${name}”`).join(', ')
  throw new MissingNames(
    `${listed} ${missing.length === 1 ? 'is' : 'are'} set nowhere: searched ${searched}. Nothing was resolved.`,
    { names: missing, scopes, issues },
  )
}
