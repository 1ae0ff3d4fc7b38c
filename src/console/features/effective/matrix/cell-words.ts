import { scopeLabel } from '#shared/workload/explanation-lines.ts'
import type { Explanation } from '#shared/workload/workload.ts'

const scopeName = (scope: Explanation['searched'][number]): string =>
  scope.kind === 'team' ? 'team' : scopeLabel(scope)

/** Returns the overridden scopes of a cell in words, to follow the winner’s: “, overrides cluster gpu-1 and team”. */
export const overridesWords = ({ overridden }: Pick<Explanation, 'overridden'>): string =>
  overridden.length === 0 ? '' : `, overrides ${overridden.map(scopeName).join(' and ')}`
