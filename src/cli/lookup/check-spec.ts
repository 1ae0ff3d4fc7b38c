import type { WorkloadClient } from '#client/workload-calls.ts'
import { didYouMean } from '#shared/close-names.ts'
import type { SpecVariable } from '#shared/spec/spec-variables.ts'
import { explanationFromMatrix, readMatrix } from '#shared/workload/matrix-reader.ts'
import type { Meaning } from '#shared/workload/reference.ts'
import type { Explanation } from '#shared/workload/workload.ts'
import { type NamedPair, pairFrom } from './find-pair.ts'

/** What a variable of a spec will be. It never has the variable’s value. */
export type Checked = {
  /** `null` for all jobs, and in a deployment. */
  job: string | null
  name: string
  line: number
  /** An ephemeral secret is not looked up. What is impossible is a problem of the file as well. */
  from: Meaning['kind'] | 'missing'
  /** Of the secret that it refers to. */
  explanation?: Explanation
  /** Names that may have been meant by one that is missing. */
  hint?: string
}

type Looked = Pick<Checked, 'from' | 'explanation' | 'hint'>

/** Most missing names that others are offered for: each is compared with every name there is. */
const mostHints = 20

/**
 * Says of each variable what it will be. All secrets are looked up at once, so that what is said of them goes together;
 * without a reference, nothing is asked of the server.
 */
export const checkVariables = async (
  client: () => Promise<WorkloadClient>,
  variables: readonly SpecVariable[],
  where: NamedPair,
): Promise<Checked[]> => {
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
  const { pair } = await pairFrom(client, where)
  const reader = readMatrix(await client.effective.matrix(pair))
  const ofPair = reader.pair(pair)
  let set: string[] | undefined
  let hints = 0
  const look = (name: string): Looked => {
    const explanation = explanationFromMatrix(reader, name, pair)
    if (explanation.winner) return { from: 'secret', explanation }
    set ??= reader.names.filter((_, index) => ofPair.decision(index))
    const hint = hints++ < mostHints ? didYouMean(name, set) : undefined
    return { from: 'missing', explanation, ...(hint ? { hint } : {}) }
  }
  return new Map([...names].map((name) => [name, look(name)]))
}
