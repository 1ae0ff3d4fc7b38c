import { rank } from '#shared/effective.ts'
import { scopeLabel } from '#shared/workload/explanation-lines.ts'
import type { SecretUse } from '#shared/workload/secret-use.ts'
import type { Holder } from '#shared/workload/workload.ts'
import type { Plan } from './plan.ts'

type Outcome = Plan['outcomes'][number]
type Place = Pick<Plan['examples'][number], 'project' | 'cluster'>

/** “1 pair”, “1,200 pairs”. */
const counted = (count: number, noun: string): string =>
  `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`

/** What it means for a workload to get nothing for a name. */
export const willNotStart = 'workloads that refer to it will not start.'

/** The whole of a plan in one sentence: “17 of 51 pairs of project and cluster get another value.” */
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
 * What becomes of pairs that are alike, in a sentence: “3 pairs will use the team’s value.” With the plan’s examples of
 * it, a single pair is named: “Project web on cluster gpu-1 will use the team’s value.”
 */
export const outcomeWords = ({ before, after, pairs }: Outcome, examples: readonly Place[] = []): string => {
  const [only] = examples
  const who = pairs === 1 && only ? capitalized(placeWords(only)) : counted(pairs, 'pair')
  if (!after) return `${who} will get nothing for this name: ${willNotStart}`
  if (before && rank(before.kind) < rank(after.kind))
    return `${who} will get this value instead of ${valueWords(before)}.`
  if (!before) return `${who} will get this value, and had none.`
  return before.id === after.id ? `${who} will get the new value.` : `${who} will use ${valueWords(after)}.`
}

/** The plan’s examples of an outcome. */
export const examplesOf = ({ examples }: Plan, { before, after }: Outcome): Plan['examples'] =>
  examples.filter((example) => example.before?.id === before?.id && example.after?.id === after?.id)

/**
 * Some of the pairs that are alike, of so many: “project web on cluster gpu-1, project api without cluster and 4 more”.
 * What all of them share is said once: “project web without cluster, on cluster gpu-1”.
 */
export const placesWords = (places: readonly Place[], of: number): string => {
  const [first] = places
  const more = of - places.length
  const list = (words: readonly string[]) =>
    `${words.join(', ')}${more > 0 ? ` and ${more.toLocaleString('en')} more` : ''}`
  const isShared = (kind: keyof Place) =>
    places.length > 1 && first?.[kind] && places.every((place) => place[kind]?.id === first[kind]?.id)
  if (isShared('project')) return `project ${first?.project?.name} ${list(places.map(onClusterWords))}`
  if (isShared('cluster')) return `cluster ${first?.cluster?.name} ${list(places.map(inProjectWords))}`
  return list(places.map(placeWords))
}

/** What the pair of a use will get by the plan, as far as that is known: “the team’s value”, “nothing”. */
export const afterUseWords = ({ outcomes, examples }: Plan, use: SecretUse): string | undefined => {
  const isThere = (place: Place) => place.project?.id === use.project?.id && place.cluster?.id === use.cluster?.id
  const known = outcomes.length === 1 ? outcomes[0] : examples.find(isThere)
  if (!known || (known.after && known.after.id === known.before?.id)) return undefined
  return known.after ? valueWords(known.after) : 'nothing'
}

/** “the team’s value”, “the value of cluster gpu-1”. */
const valueWords = (holder: Holder): string =>
  holder.kind === 'team' ? 'the team’s value' : `the value of ${scopeLabel(holder)}`

const placeWords = ({ project, cluster }: Place): string => {
  if (project) return `${scopeLabel({ kind: 'project', ...project })} ${onClusterWords({ cluster })}`
  return cluster
    ? `${scopeLabel({ kind: 'cluster', ...cluster })} without project`
    : 'workloads without project or cluster'
}

const onClusterWords = ({ cluster }: Pick<Place, 'cluster'>): string =>
  cluster ? `on ${scopeLabel({ kind: 'cluster', ...cluster })}` : 'without cluster'

const inProjectWords = ({ project }: Pick<Place, 'project'>): string =>
  project ? `in ${scopeLabel({ kind: 'project', ...project })}` : 'without project'

/** With a capital at the beginning. */
export const capitalized = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1)
