import { isMap } from 'yaml'
import { type Entry, maxEntries, openSpec, type SpecNodes, shown } from './spec-nodes.ts'
import { isNull, type SpecVariable, variableReader } from './spec-variables.ts'
import type { SpecProblem } from './spec-yaml.ts'

/** What a workload's file says about its environment. */
export type Spec = {
  /** In the order of the file: of all jobs first, then job by job. */
  variables: SpecVariable[]
  /** The jobs of a workflow, those without variables as well; none in a deployment. */
  jobs: { name: string; line: number }[]
  /** In the order of lines. */
  problems: SpecProblem[]
}

/** Most problems that are told of one file. */
const maxProblems = 100

/** One after the other, each once: a map that several jobs merge would bring its own as often as it is merged. */
const inOrder = (problems: readonly SpecProblem[]): SpecProblem[] => {
  const distinct = new Map(problems.map((problem) => [`${problem.line} ${problem.message}`, problem]))
  const sorted = [...distinct.values()].toSorted((one, other) => one.line - other.line)
  const told = sorted.slice(0, maxProblems)
  const left = sorted.length - told.length
  const last = told.at(-1)
  if (left > 0 && last) told.push({ line: last.line, message: `${left.toLocaleString('en')} more problems follow.` })
  return told
}

type Found = Pick<Spec, 'variables' | 'jobs'>

const readWorkflow = (nodes: SpecNodes, root: Map<string, Entry>): Found => {
  const { ofMap } = variableReader(nodes)
  /** The entries of what has to be a map. */
  const part = (entry: Entry | undefined): Map<string, Entry> => {
    const node = nodes.follow(entry?.value)
    if (entry && !isMap(node) && !isNull(node)) {
      const message = `${shown(entry.name)} has to be a map of names, each with a “:” and on a line of its own.`
      nodes.problems.push({ line: entry.line, message })
    }
    return nodes.entries(node)
  }
  const astray = root.get('env')
  if (astray) {
    const message = 'At the top of a workflow “env” is not read. Put it under “defaults” or under a job.'
    nodes.problems.push({ line: astray.line, message })
  }
  const variables = ofMap(null, part(root.get('defaults')).get('env'))
  const jobs = [...part(root.get('jobs')).values()]
  for (const job of jobs) variables.push(...ofMap(job.name, part(job).get('env')))
  return { variables, jobs: jobs.map(({ name, line }) => ({ name, line })) }
}

const readDeployment = (nodes: SpecNodes, lists: (Entry | undefined)[]): Found => {
  const { ofList } = variableReader(nodes)
  const seen = new Map<string, number>()
  return { variables: lists.flatMap((list) => ofList(list, seen)), jobs: [] }
}

const readForm = (nodes: SpecNodes): Found => {
  const root = nodes.entries(nodes.root)
  if (root.has('defaults') || root.has('jobs')) return readWorkflow(nodes, root)
  const lists = [root, nodes.entries(nodes.follow(root.get('spec')?.value))].map((map) => map.get('env'))
  if (lists.some(Boolean)) return readDeployment(nodes, lists)
  const message =
    'This is neither a workflow, with “defaults” or “jobs”, nor a deployment, with a list “env”. Nothing of it is read.'
  nodes.problems.push({ line: nodes.lineOf(nodes.root, 1), message })
  return { variables: [], jobs: [] }
}

/** Reads a workflow or a deployment, in YAML or JSON. Never throws: what cannot be read is among the problems. */
export const readSpec = (text: string): Spec => {
  const nodes = openSpec(text)
  // Half of a broken file is not what its author meant.
  if (nodes.problems.length > 0) return { variables: [], jobs: [], problems: inOrder(nodes.problems) }
  const found = readForm(nodes)
  if (!nodes.isExhausted()) return { ...found, problems: inOrder(nodes.problems) }
  const most = maxEntries.toLocaleString('en')
  const message = `With what its aliases repeat, the file has more than ${most} names and values. Split it.`
  return { variables: [], jobs: [], problems: [{ line: 1, message }] }
}

/**
 * The variables that one job gets: those of all jobs, overlaid by its own. Without `job`, a workflow's only job is meant.
 * The problems are those of the choice; `spec.problems` are not repeated.
 */
export const variablesOf = (spec: Spec, job?: string): Pick<Spec, 'variables' | 'problems'> => {
  const refuse = (message: string) => ({ variables: [], problems: [{ line: spec.jobs[0]?.line ?? 1, message }] })
  const names = spec.jobs.slice(0, 10).map(({ name }) => shown(name))
  const all = `${names.join(', ')}${spec.jobs.length > names.length ? ', …' : ''}`
  if (job === undefined && spec.jobs.length > 1) return refuse(`The file has several jobs: ${all}. Name one of them.`)
  const chosen = job ?? spec.jobs[0]?.name ?? null
  if (job !== undefined && !spec.jobs.some(({ name }) => name === job)) {
    const offer = spec.jobs.length === 0 ? 'The file has no jobs; leave the name out.' : `There are ${all}.`
    return refuse(`There is no job ${shown(job)}. ${offer}`)
  }
  const byName = new Map<string, SpecVariable>()
  for (const variable of spec.variables) {
    if (variable.job === null || variable.job === chosen) byName.set(variable.name, variable)
  }
  return { variables: [...byName.values()], problems: [] }
}
