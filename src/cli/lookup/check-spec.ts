import type { WorkloadClient } from '#client/workload-calls.ts'
import { didYouMean } from '#shared/close-names.ts'
import type { SpecVariable } from '#shared/spec/spec-variables.ts'
import { explanationFromMatrix, readMatrix } from '#shared/workload/matrix-reader.ts'
import type { Meaning } from '#shared/workload/reference.ts'
import type { Explanation } from '#shared/workload/workload.ts'
import { findPair, type NamedPair } from './find-pair.ts'

/** What a variable of a spec resolves to. Never contains the value of the variable. */
export type CheckedVariable = {
  /** Null for variables of all jobs, and in a deployment. */
  job: string | null
  name: string
  line: number
  /** Ephemeral secrets are not looked up. An impossible reference is also a problem of the file. */
  from: Meaning['kind'] | 'missing'
  /** Explanation of the referenced secret. */
  explanation?: Explanation
  /** Similar names, for a missing one. */
  hint?: string
}

type Looked = Pick<CheckedVariable, 'from' | 'explanation' | 'hint'>

/** Maximum number of missing names with a suggestion: each is compared with all existing names. */
const maxHints = 20

/**
 * Determines what each variable resolves to. Reads all secrets with one request, so that the results are consistent;
 * sends none when there are no references.
 */
export const checkVariables = async (
  client: () => Promise<WorkloadClient>,
  variables: readonly SpecVariable[],
  where: NamedPair,
): Promise<CheckedVariable[]> => {
  const names = new Set(variables.flatMap(({ meaning }) => (meaning.kind === 'secret' ? [meaning.name] : [])))
  const found = names.size > 0 ? await lookUp(await client(), names, where) : undefined
  return variables.map(({ job, name, line, meaning }) => {
    const looked = meaning.kind === 'secret' ? found?.get(meaning.name) : undefined
    return { job, name, line, ...(looked ?? { from: meaning.kind }) }
  })
}

const lookUp = async (
  client: WorkloadClient,
  names: ReadonlySet<string>,
  where: NamedPair,
): Promise<Map<string, Looked>> => {
  const { pair } = await findPair(client, where)
  const reader = readMatrix(await client.effective.matrix(pair))
  const ofPair = reader.pair(pair)
  let set: string[] | undefined
  let hints = 0
  const look = (name: string): Looked => {
    const explanation = explanationFromMatrix(reader, name, pair)
    if (explanation.winner) return { from: 'secret', explanation }
    set ??= reader.names.filter((_, index) => ofPair.decision(index))
    const hint = hints++ < maxHints ? didYouMean(name, set) : undefined
    return { from: 'missing', explanation, ...(hint ? { hint } : {}) }
  }
  return new Map([...names].map((name) => [name, look(name)]))
}
