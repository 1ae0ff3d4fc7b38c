import { rank } from '#shared/effective.ts'
import { scopeLabel } from '#shared/workload/explanation-lines.ts'
import type { SecretUse } from '#shared/workload/secret-use.ts'
import type { Holder } from '#shared/workload/workload.ts'
import type { Plan } from './plan.ts'

type Outcome = Plan['outcomes'][number]
type PairNames = Pick<Plan['examples'][number], 'project' | 'cluster'>

/** Returns “1 pair” or “1,200 pairs”. */
const counted = (count: number, noun: string): string =>
  `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`

/** Consequence for a workload that loses a name. */
export const willNotStart = 'workloads that refer to it will not start.'

/** Summarizes a plan in one sentence: “17 of 51 pairs of project and cluster get another value.” */
export const affectedWords = ({ change, affected, pairs, secrets, outcomes }: Plan): string => {
  if (change === 'deleteScope') {
    const gone = secrets === 0 ? 'No secrets are' : secrets === 1 ? '1 secret is' : `${counted(secrets, 'secret')} are`
    return `${gone} deleted with it. Workloads that name it will not start.`
  }
  if (affected === 0) return 'No workload gets another value.'
  const what = { set: 'this value', edit: 'the new value', renameScope: 'another value', delete: 'another value' }[
    change
  ]
  const isLost = change === 'delete' && outcomes.length > 0 && outcomes.every(({ after }) => after === null)
  const gotten = isLost ? 'nothing any more' : what
  if (affected === pairs) {
    return pairs === 1
      ? `Every workload gets ${gotten}.`
      : `All ${counted(pairs, 'pair')} of project and cluster get ${gotten}.`
  }
  return `${affected.toLocaleString('en')} of ${counted(pairs, 'pair')} of project and cluster ${affected === 1 ? 'gets' : 'get'} ${gotten}.`
}

/**
 * Describes an outcome in one sentence: “3 pairs will use the team’s value.” With examples, a single pair is named:
 * “Project web on cluster gpu-1 will use the team’s value.”
 */
export const outcomeWords = ({ before, after, pairs }: Outcome, examples: readonly PairNames[] = []): string => {
  const [only] = examples
  const who = pairs === 1 && only ? capitalized(placeWords(only)) : counted(pairs, 'pair')
  if (!after) return `${who} will get nothing for this name: ${willNotStart}`
  if (before && rank(before.kind) < rank(after.kind))
    return `${who} will get this value instead of ${valueWords(before)}.`
  if (!before) return `${who} will get this value, and had none.`
  return before.id === after.id ? `${who} will get the new value.` : `${who} will use ${valueWords(after)}.`
}

/** Returns the examples of an outcome. */
export const examplesOf = ({ examples }: Plan, { before, after }: Outcome): Plan['examples'] =>
  examples.filter((example) => example.before?.id === before?.id && example.after?.id === after?.id)

/**
 * Lists examples of a number of pairs: “project web on cluster gpu-1, project api without cluster and 4 more”. Names a
 * shared project or cluster once: “project web without cluster, on cluster gpu-1”.
 */
export const placesWords = (places: readonly PairNames[], of: number): string => {
  const [first] = places
  const more = of - places.length
  const list = (words: readonly string[]) =>
    `${words.join(', ')}${more > 0 ? ` and ${more.toLocaleString('en')} more` : ''}`
  const isShared = (kind: keyof PairNames) =>
    places.length > 1 && first?.[kind] && places.every((place) => place[kind]?.id === first[kind]?.id)
  if (isShared('project')) return `project ${first?.project?.name} ${list(places.map(onClusterWords))}`
  if (isShared('cluster')) return `cluster ${first?.cluster?.name} ${list(places.map(inProjectWords))}`
  return list(places.map(placeWords))
}

/** Returns what the pair of a use gets by the plan, if known: “the team’s value”, “nothing”. */
export const afterUseWords = ({ outcomes, examples }: Plan, use: SecretUse): string | undefined => {
  const isThere = (place: PairNames) => place.project?.id === use.project?.id && place.cluster?.id === use.cluster?.id
  const known = outcomes.length === 1 ? outcomes[0] : examples.find(isThere)
  if (!known || (known.after && known.after.id === known.before?.id)) return undefined
  return known.after ? valueWords(known.after) : 'nothing'
}

/** Returns “the team’s value” or “the value of cluster gpu-1”. */
const valueWords = (holder: Holder): string =>
  holder.kind === 'team' ? 'the team’s value' : `the value of ${scopeLabel(holder)}`

const placeWords = ({ project, cluster }: PairNames): string => {
  if (project) return `${scopeLabel({ kind: 'project', ...project })} ${onClusterWords({ cluster })}`
  return cluster
    ? `${scopeLabel({ kind: 'cluster', ...cluster })} without project`
    : 'workloads without project or cluster'
}

const onClusterWords = ({ cluster }: Pick<PairNames, 'cluster'>): string =>
  cluster ? `on ${scopeLabel({ kind: 'cluster', ...cluster })}` : 'without cluster'

const inProjectWords = ({ project }: Pick<PairNames, 'project'>): string =>
  project ? `in ${scopeLabel({ kind: 'project', ...project })}` : 'without project'

/** Returns the text with a capital first letter. */
export const capitalized = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1)
