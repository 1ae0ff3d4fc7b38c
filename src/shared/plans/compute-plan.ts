import { decide, rank } from '#shared/effective.ts'
import { type ScopeKind, scopeKinds } from '#shared/scope.ts'
import type { Secret } from '#shared/secret.ts'
import type { Holder } from '#shared/workload/workload.ts'
import { type Plan, planExamples } from './plan.ts'

type NamedEntity = { id: string; name: string }
type NamedScope = Omit<Holder, 'version'>

/** Number of projects and clusters. */
export type ScopeCounts = { project: number; cluster: number }

/**
 * A change of a secret. `secret` is the current one, null for a free name. `version` is the version after the change
 * when it is not the next one: a restored secret keeps its own.
 */
export type SecretChange = {
  change: 'set' | 'edit' | 'delete'
  scope: NamedScope
  name: string
  secret: Secret | null
  version?: number
}

/** A change of a project or a cluster. A deletion has the number of its secrets and its revision. */
export type ScopeChange =
  | { change: 'renameScope'; scope: NamedScope }
  | { change: 'deleteScope'; scope: NamedScope; secrets: number; revision: number }

/** The state around the changed scope that decides which pairs a change affects. */
export type SecretContext = {
  /** Scopes of other kinds that have a secret of this name. */
  others: readonly Holder[]
  counts: ScopeCounts
  /**
   * The first scopes of the other kinds by name, up to the number of examples in a plan. Of stronger kinds only those
   * without the name, because the others are not affected.
   */
  first: { project: readonly NamedEntity[]; cluster: readonly NamedEntity[] }
}

/** A plan without its hash and without the parts that the hash does not cover: uses, and the comparison of a value. */
export type PlanDraft = Omit<Plan, 'hash' | 'same' | 'uses' | 'usesTotal'>

/** A group of pairs with the same other holders of the name, and their number. */
type PairGroup = { held: readonly Holder[]; pairs: number }

/**
 * Computes what a change of a secret affects without visiting each pair. Only pairs with the changed scope can be
 * affected, and only those where no stronger scope has the name. They differ by the weaker scopes that have it.
 */
export const planOfSecret = (about: SecretChange, context: SecretContext): PlanDraft => {
  const { change, secret } = about
  const winners = winnersBy(about)
  const outcomes = new Map<string, Plan['outcomes'][number]>()
  let affected = 0
  for (const { held, pairs } of pairGroups(about.scope.kind, context)) {
    const outcome = winners(held)
    if (!outcome || pairs === 0) continue
    affected += pairs
    const key = JSON.stringify(outcome)
    outcomes.set(key, { ...outcome, pairs: pairs + (outcomes.get(key)?.pairs ?? 0) })
  }
  return {
    change,
    secret,
    secrets: 1,
    affected,
    pairs: pairsOf(context.counts),
    outcomes: [...outcomes.values()].sort(mostFirst).slice(0, planExamples),
    examples: chooseExamples(about.scope, context, winners),
  }
}

/**
 * Computes what a change of a project or cluster affects. Renaming changes no winner, because scopes are stored by ID.
 */
export const planOfScope = (about: ScopeChange, counts: ScopeCounts): PlanDraft => {
  const { change, scope } = about
  const [secrets, affected] =
    about.change === 'deleteScope'
      ? [about.secrets, counts[scope.kind === 'project' ? 'cluster' : 'project'] + 1]
      : [0, 0]
  return { change, secret: null, secrets, affected, pairs: pairsOf(counts), outcomes: [], examples: [] }
}

/**
 * Returns the text to hash for a plan: everything except the uses, and all inputs. It is JSON with sorted keys, so it
 * is the same in every process and database.
 */
export const planText = (draft: PlanDraft, decidedBy: Record<string, unknown>): string =>
  JSON.stringify({ draft, decidedBy }, (_name, value: unknown) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => compare(one, other)))
      : value,
  )

/** Returns the number of pairs: each project or none, with each cluster or none. */
const pairsOf = ({ project, cluster }: ScopeCounts): number => (project + 1) * (cluster + 1)

type Winners = { before: Holder | null; after: Holder | null }

/**
 * Returns a function that computes the winner of a pair before and after the change from its other holders; `undefined`
 * when it stays the same.
 */
const winnersBy = ({
  change,
  scope,
  secret,
  version = (secret?.version ?? 0) + 1,
}: SecretChange): ((held: readonly Holder[]) => Winners | undefined) => {
  const old = secret ? [{ ...scope, version: secret.version }] : []
  const made = change === 'delete' ? [] : [{ ...scope, version }]
  return (held) => {
    const before = decide([...old, ...held])?.winner ?? null
    const after = decide([...made, ...held])?.winner ?? null
    return before?.id === after?.id && before?.version === after?.version ? undefined : { before, after }
  }
}

/** Returns the groups of pairs that a change in a scope of this kind can affect. */
const pairGroups = (changed: ScopeKind, { others, counts }: SecretContext): PairGroup[] => {
  const ofKind = (kind: ScopeKind): PairGroup[] => {
    if (kind === changed) return [{ held: [], pairs: 1 }]
    const holders = others.filter((other) => other.kind === kind)
    // Every pair has the team. A pair without a project or cluster is like one whose project or cluster has no secret
    // of the name.
    const all = kind === 'team' ? 1 : counts[kind] + 1
    const without = { held: [], pairs: all - holders.length }
    return rank(kind) > rank(changed) ? [without] : [...holders.map((held) => ({ held: [held], pairs: 1 })), without]
  }
  return scopeKinds
    .map(ofKind)
    .reduce((some, more) =>
      some.flatMap((one) =>
        more.map((other) => ({ held: [...one.held, ...other.held], pairs: one.pairs * other.pairs })),
      ),
    )
}

const chooseExamples = (
  scope: NamedScope,
  { others, first }: SecretContext,
  winners: ReturnType<typeof winnersBy>,
): Plan['examples'] => {
  const holders = new Map(others.map((holder) => [holder.id, holder]))
  const team = others.filter(({ kind }) => kind === 'team')
  const choices = (kind: 'project' | 'cluster'): readonly (NamedEntity | null)[] => {
    if (kind === scope.kind) return [scope]
    const isBeaten = ({ id }: NamedEntity) => rank(kind) > rank(scope.kind) && holders.has(id)
    return [null, ...first[kind].filter((one) => !isBeaten(one))]
  }
  const clusters = choices('cluster')
  const examples: Plan['examples'] = []
  for (const project of choices('project')) {
    for (const cluster of clusters) {
      if (examples.length === planExamples) return examples
      const held = [project, cluster].flatMap((one) => holders.get(one?.id ?? '') ?? [])
      const outcome = winners([...held, ...team])
      if (outcome) examples.push({ project: named(project), cluster: named(cluster), ...outcome })
    }
  }
  return examples
}

const named = (one: NamedEntity | null): NamedEntity | null => one && { id: one.id, name: one.name }

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)

/** Most pairs first. Ties are ordered by the new winner, then by the old one. */
const mostFirst = (one: Plan['outcomes'][number], other: Plan['outcomes'][number]): number =>
  other.pairs - one.pairs || compareHolders(one.after, other.after) || compareHolders(one.before, other.before)

const compareHolders = (one: Holder | null, other: Holder | null): number =>
  compare(one?.name ?? '', other?.name ?? '') || compare(one?.id ?? '', other?.id ?? '')
