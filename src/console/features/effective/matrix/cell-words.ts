import { isReservedVariable, isVariableName } from '#shared/secret.ts'
import { scopeLabel } from '#shared/workload/explanation-lines.ts'
import type { Explanation } from '#shared/workload/workload.ts'

const scopeName = (scope: Explanation['searched'][number]): string =>
  scope.kind === 'team' ? 'team' : scopeLabel(scope)

/** Returns the overridden scopes of a cell in words, to follow the winner’s: “, overrides cluster gpu-1 and team”. */
export const overridesWords = ({ overridden }: Pick<Explanation, 'overridden'>): string =>
  overridden.length === 0 ? '' : `, overrides ${overridden.map(scopeName).join(' and ')}`

/** Returns the reason why workloads get a name by reference only; `undefined` if it becomes a variable by itself. */
export const notInjectedReason = (name: string): string | undefined => {
  if (!isVariableName(name)) return `By reference only: with a “-”, “${name}” is no name of a variable.`
  if (isReservedVariable(name)) return `By reference only: “${name}” steers the shell or a runtime.`
  return undefined
}
