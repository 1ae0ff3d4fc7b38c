import { isMap } from 'yaml'
import { maxEntries, openSpec, type SpecEntry, type SpecNodes, shown } from './spec-nodes.ts'
import { isNull, type SpecVariable, variableReader } from './spec-variables.ts'
import type { SpecProblem } from './spec-yaml.ts'

/** The environment variables of a workflow or deployment file. */
type Spec = {
  /** In file order: those of all jobs first, then job by job. */
  variables: SpecVariable[]
  /** All jobs of a workflow, also those without variables; none in a deployment. */
  jobs: { name: string; line: number }[]
  /** Sorted by line. */
  problems: SpecProblem[]
}

/** Maximum number of reported problems of one file. */
const maxProblems = 100

/** Returns the problems sorted by line, without duplicates: each merge of a map would repeat its problems. */
const sortProblems = (problems: readonly SpecProblem[]): SpecProblem[] => {
  const distinct = new Map(problems.map((problem) => [`${problem.line} ${problem.message}`, problem]))
  const sorted = [...distinct.values()].toSorted((one, other) => one.line - other.line)
  const reported = sorted.slice(0, maxProblems)
  const left = sorted.length - reported.length
  const last = reported.at(-1)
  if (left > 0 && last)
    reported.push({ line: last.line, message: `${left.toLocaleString('en')} more problems follow.` })
  return reported
}

type SpecContent = Pick<Spec, 'variables' | 'jobs'>

const readWorkflow = (nodes: SpecNodes, root: Map<string, SpecEntry>): SpecContent => {
  const { ofMap } = variableReader(nodes)
  /** Returns the entries of a node that must be a map. */
  const part = (entry: SpecEntry | undefined): Map<string, SpecEntry> => {
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

const readDeployment = (nodes: SpecNodes, lists: (SpecEntry | undefined)[]): SpecContent => {
  const { ofList } = variableReader(nodes)
  const seen = new Map<string, number>()
  return { variables: lists.flatMap((list) => ofList(list, seen)), jobs: [] }
}

const readForm = (nodes: SpecNodes): SpecContent => {
  const root = nodes.entries(nodes.root)
  if (root.has('defaults') || root.has('jobs')) return readWorkflow(nodes, root)
  const lists = [root, nodes.entries(nodes.follow(root.get('spec')?.value))].map((map) => map.get('env'))
  if (lists.some(Boolean)) return readDeployment(nodes, lists)
  const message =
    'This is neither a workflow, with “defaults” or “jobs”, nor a deployment, with a list “env”. Nothing of it is read.'
  nodes.problems.push({ line: nodes.lineOf(nodes.root, 1), message })
  return { variables: [], jobs: [] }
}

/** Reads a workflow or a deployment, in YAML or JSON. Never throws; reports problems instead. */
export const readSpec = (text: string): Spec => {
  const nodes = openSpec(text)
  // A part of a broken file may not be what its author meant.
  if (nodes.problems.length > 0) return { variables: [], jobs: [], problems: sortProblems(nodes.problems) }
  const found = readForm(nodes)
  if (!nodes.isExhausted()) return { ...found, problems: sortProblems(nodes.problems) }
  const most = maxEntries.toLocaleString('en')
  const message = `With what its aliases repeat, the file has more than ${most} names and values. Split it.`
  return { variables: [], jobs: [], problems: [{ line: 1, message }] }
}

/**
 * Returns the variables of one job: those of all jobs, overlaid by its own. Without `job`, uses the only job of a
 * workflow. The problems are those of the choice, without `spec.problems`.
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
