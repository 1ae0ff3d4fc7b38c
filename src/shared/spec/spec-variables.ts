import { isAlias, isMap, isScalar, isSeq } from 'yaml'
import { isVariableName, nameRule, valueProblem } from '#shared/secret.ts'
import { type Meaning, meaningOf } from '#shared/workload/reference.ts'
import { type SpecEntry, type SpecNodes, shown, twice } from './spec-nodes.ts'

/** An environment variable of a spec. `job` is null for all jobs of a workflow, and in a deployment. */
export type SpecVariable = {
  job: string | null
  name: string
  value: string
  /** Line of the name, starting at 1. */
  line: number
  meaning: Meaning
}

type Value = { text: string; meaning: Meaning; problem: string | undefined }

const plainTags = new Set(['!', ...['str', 'int', 'float', 'bool'].map((name) => `tag:yaml.org,2002:${name}`)])
const nothing = /^(?:~|null|Null|NULL)?$/

const meaningProblem = (meaning: Meaning): string | undefined => {
  const empty = 'refers to a secret and does not name it. Write its name after the “:”, without a space.'
  if (meaning.kind === 'impossible') {
    return meaning.name === '' ? empty : `refers to a secret by a name that none can have. ${nameRule}`
  }
  return meaning.kind === 'ephemeral' && meaning.id === '' ? empty : undefined
}

/** Returns the value of a variable as text, or a message when it has none. */
const readValue = (nodes: SpecNodes, written: unknown): Value | string => {
  const node = nodes.follow(written)
  if (isAlias(written) && !node) return `is the alias of an anchor that is not above it: ${shown(written.source)}.`
  if (isMap(node) || isSeq(node)) return 'is a map or a list. Put quotes around it if it is meant as text.'
  if (!isScalar(node)) return { text: '', meaning: meaningOf(''), problem: undefined }
  if (node.tag && !plainTags.has(node.tag)) return `has the tag ${shown(node.tag)}, which is not read. Write the value.`
  const isNothing = node.type === 'PLAIN' && !node.tag && nothing.test(String(node.value))
  const text = isNothing ? '' : String(node.value)
  const meaning = meaningOf(text)
  const refused = meaning.kind === 'literal' && text !== '' ? valueProblem(text) : undefined
  if (refused) return `is refused. ${refused}`
  return { text, meaning, problem: meaningProblem(meaning) }
}

/** Creates a reader of the variables of one file. Each scalar is read once, however many aliases it has. */
export const variableReader = (nodes: SpecNodes) => {
  const known = new Map<unknown, Value | string>()
  const { problems } = nodes

  const valueAt = (written: unknown) => {
    const node = nodes.follow(written) ?? written
    const value = known.get(node) ?? readValue(nodes, written)
    if (node) known.set(node, value)
    return value
  }

  const variable = (job: string | null, { name, line, value: written }: SpecEntry): SpecVariable | undefined => {
    if (!isVariableName(name)) {
      const rule = 'Letters, digits and “_”; the first is no digit.'
      problems.push({ line, message: `${shown(name)} is no name for an environment variable. ${rule}` })
      return undefined
    }
    const value = valueAt(written)
    const problem = typeof value === 'string' ? value : value.problem
    if (problem) problems.push({ line: nodes.lineOf(written, line), message: `${shown(name)} ${problem}` })
    if (typeof value === 'string') return undefined
    return { job, name, line, value: value.text, meaning: value.meaning }
  }

  /** Reads `env` of a workflow: a map of names and values. */
  const ofMap = (job: string | null, env: SpecEntry | undefined): SpecVariable[] => {
    const map = nodes.follow(env?.value)
    if (!env || isNull(map)) return []
    if (!isMap(map)) {
      problems.push({
        line: env.line,
        message: 'In a workflow “env” is a map: a line “NAME: value” for each variable.',
      })
      return []
    }
    return [...nodes.entries(map).values()].flatMap((entry) => variable(job, entry) ?? [])
  }

  /** Reads `env` of a deployment: a list of `name` and `value`. `seen` has the lines of names in earlier lists. */
  const ofList = (env: SpecEntry | undefined, seen: Map<string, number>): SpecVariable[] => {
    const list = nodes.follow(env?.value)
    if (!env || isNull(list)) return []
    if (!isSeq(list)) {
      problems.push({
        line: env.line,
        message: 'In a deployment “env” is a list: “- name: NAME” and “value: …” for each.',
      })
      return []
    }
    return nodes.items(list).flatMap((item) => {
      const line = nodes.lineOf(item, env.line)
      const parts = nodes.entries(nodes.follow(item))
      const name = parts.get('name')
      const written = nodes.follow(name?.value)
      if (!name || !isScalar(written)) {
        problems.push({ line, message: 'The item has no “name” with text. Write “- name: NAME” and “value: …”.' })
        return []
      }
      const text = String(written.value)
      const value = parts.get('value')
      if (!value) {
        problems.push({ line: name.line, message: `${shown(text)} has no “value”. Add one; “value: ""” is empty.` })
        return []
      }
      const first = seen.get(text)
      if (first !== undefined) {
        problems.push({ line: name.line, message: twice(text, first) })
        return []
      }
      seen.set(text, name.line)
      return variable(null, { name: text, line: name.line, value: value.value }) ?? []
    })
  }

  return { ofMap, ofList }
}

/** Returns whether the node is empty or null, like `env:` alone. */
export const isNull = (node: unknown): boolean =>
  node === null || (isScalar(node) && node.type === 'PLAIN' && nothing.test(String(node.value)))
