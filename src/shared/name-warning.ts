import { reference } from '#shared/workload/reference.ts'
import { isReservedVariable, isVariableName } from './secret.ts'

/** What to know about a name that can be stored but is no variable of its own, in words. */
export const nameWarning = (name: string): string | undefined => {
  const use = `Workloads can refer to it as ${reference(name)}.`
  if (isReservedVariable(name)) {
    return `“${name}” steers the shell or a runtime, so it is not injected under its own name. ${use}`
  }
  if (!isVariableName(name)) return `With “-” it cannot be an environment variable of its own. ${use}`
  return undefined
}
