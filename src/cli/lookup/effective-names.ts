import type { WorkloadClient } from '#client/workload-calls.ts'
import { isInjectable } from '#shared/workload/injectable-names.ts'
import { readMatrix } from '#shared/workload/matrix-reader.ts'
import type { Explanation, Holder, Pair } from '#shared/workload/workload.ts'

/** A name with a value for the workloads of a pair. */
export type EffectiveName = {
  name: string
  winner: Holder
  overridden: Holder[]
  /** Whether it becomes a variable of its own name. Other names need a reference from a variable. */
  injectable: boolean
}

/** Returns the effective names of a pair, in name order. */
export const effectiveNames = async (client: WorkloadClient, pair: Pair): Promise<EffectiveName[]> => {
  const reader = readMatrix(await client.effective.matrix(pair))
  const { explain } = reader.pair(pair)
  return reader.names.flatMap((_, index) => asEffective(explain(index)))
}

const asEffective = ({ name, winner, overridden }: Explanation): EffectiveName[] =>
  winner ? [{ name, winner, overridden, injectable: isInjectable(name) }] : []
