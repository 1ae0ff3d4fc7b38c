import { isReservedVariable, isVariableName } from '#shared/secret.ts'
import { scopeLabel } from '#shared/workload/explanation-lines.ts'
import type { Explanation } from '#shared/workload/workload.ts'

const placeOf = (scope: Explanation['searched'][number]): string => (scope.kind === 'team' ? 'team' : scopeLabel(scope))

/** What a cell shows by striking out, in words that follow the winner’s: “, overrides cluster gpu-1 and team”. */
export const overridesWords = ({ overridden }: Pick<Explanation, 'overridden'>): string =>
  overridden.length === 0 ? '' : `, overrides ${overridden.map(placeOf).join(' and ')}`

/** Why a name never becomes a variable on its own; `undefined` for one that does. */
export const notInjected = (name: string): string | undefined => {
  if (!isVariableName(name)) return `By reference only: with a “-”, “${name}” is no name of a variable.`
  if (isReservedVariable(name)) return `By reference only: “${name}” steers the shell or a runtime.`
  return undefined
}
