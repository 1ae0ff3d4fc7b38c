import { decide, rank } from '#shared/effective.ts'
import { type ScopeKind, scopeKinds } from '#shared/scope.ts'
import type { Secret } from '#shared/secret.ts'
import type { Holder } from '#shared/workload/workload.ts'
import { type Plan, planExamples } from './plan.ts'

type Named = { id: string; name: string }
type Place = Omit<Holder, 'version'>

/** How many projects and clusters there are. */
export type ScopeCounts = { project: number; cluster: number }

/**
 * What is about to happen to a secret: `secret` is what there is now, null for a name that is free. `version` is what
 * it will have, where that is not the next one: a deleted secret comes back with its own.
 */
export type SecretChange = {
  change: 'set' | 'edit' | 'delete'
  scope: Place
  name: string
  secret: Secret | null
  version?: number
}

/** What is about to happen to a project or a cluster; one that is deleted has so many secrets, and is at this revision. */
export type ScopeChange =
  | { change: 'renameScope'; scope: Place }
  | { change: 'deleteScope'; scope: Place; secrets: number; revision: number }

/** What decides who a change of a secret touches, beside the scope that it happens in. */
export type SecretSurroundings = {
  /** The scopes of the other kinds that have a secret of this name. */
  others: readonly Holder[]
  counts: ScopeCounts
  /**
   * The first scopes of the other kinds, by name: as many as a plan names examples. Of stronger kinds, only those
   * that do not have the name count: the others keep what they get.
   */
  first: { project: readonly Named[]; cluster: readonly Named[] }
}

/** A plan but for its hash, and for what its hash does not stand for: the uses, and what was found of a value. */
export type PlanDraft = Omit<Plan, 'hash' | 'same' | 'uses' | 'usesTotal'>

/** Pairs that are alike to a change: what they have of the name elsewhere, and how many of them there are. */
type Alike = { held: readonly Holder[]; pairs: number }

/**
 * What a change of a secret touches, told without looking at each pair: only pairs with the changed scope can be, and of
 * those only the ones that have the name in no stronger scope; they differ by the weaker scopes that have it.
 */
export const planOfSecret = (about: SecretChange, surroundings: SecretSurroundings): PlanDraft => {
  const { change, secret } = about
  const winners = winnersBy(about)
  const outcomes = new Map<string, Plan['outcomes'][number]>()
  let affected = 0
  for (const { held, pairs } of alikePairs(about.scope.kind, surroundings)) {
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
    pairs: pairsOf(surroundings.counts),
    outcomes: [...outcomes.values()].sort(mostFirst).slice(0, planExamples),
    examples: examplesOf(about.scope, surroundings, winners),
  }
}

/** What a change of a project or cluster touches. Renaming one changes nobody's winner: what is stored knows it by ID. */
export const planOfScope = (about: ScopeChange, counts: ScopeCounts): PlanDraft => {
  const { change, scope } = about
  const [secrets, affected] =
    about.change === 'deleteScope'
      ? [about.secrets, counts[scope.kind === 'project' ? 'cluster' : 'project'] + 1]
      : [0, 0]
  return { change, secret: null, secrets, affected, pairs: pairsOf(counts), outcomes: [], examples: [] }
}

/**
 * The text that a plan's hash is of: all that the plan tells but the uses, and all that decides it. It is JSON with the
 * names of every object in order, so that it is the same in every process and over every database.
 */
export const planText = (draft: PlanDraft, decidedBy: Record<string, unknown>): string =>
  JSON.stringify({ draft, decidedBy }, (_name, value: unknown) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => compare(one, other)))
      : value,
  )

/** Every project or none with every cluster or none. */
const pairsOf = ({ project, cluster }: ScopeCounts): number => (project + 1) * (cluster + 1)

type Winners = { before: Holder | null; after: Holder | null }

/** Tells what a pair of the changed scope gets before and after, by what else it has; nothing if that is the same. */
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

/** The pairs that a change in a scope of this kind can touch. */
const alikePairs = (changed: ScopeKind, { others, counts }: SecretSurroundings): Alike[] => {
  const ofKind = (kind: ScopeKind): Alike[] => {
    if (kind === changed) return [{ held: [], pairs: 1 }]
    const holders = others.filter((other) => other.kind === kind)
    // Every pair has the team. One without a project, or without a cluster, is like one with a project that has nothing.
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

const examplesOf = (
  scope: Place,
  { others, first }: SecretSurroundings,
  winners: ReturnType<typeof winnersBy>,
): Plan['examples'] => {
  const holders = new Map(others.map((holder) => [holder.id, holder]))
  const team = others.filter(({ kind }) => kind === 'team')
  const choices = (kind: 'project' | 'cluster'): readonly (Named | null)[] => {
    if (kind === scope.kind) return [scope]
    const isBeaten = ({ id }: Named) => rank(kind) > rank(scope.kind) && holders.has(id)
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

const named = (one: Named | null): Named | null => one && { id: one.id, name: one.name }

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)

/** Of as many pairs, in one order always: by what they will get, then by what they got. */
const mostFirst = (one: Plan['outcomes'][number], other: Plan['outcomes'][number]): number =>
  other.pairs - one.pairs || compareHolders(one.after, other.after) || compareHolders(one.before, other.before)

const compareHolders = (one: Holder | null, other: Holder | null): number =>
  compare(one?.name ?? '', other?.name ?? '') || compare(one?.id ?? '', other?.id ?? '')
