import { isVariableName } from '#shared/secret.ts'
import { reference } from './reference.ts'
import { steeringFamilyOf } from './steering-variables.ts'

/**
 * Returns whether a workload that asks for all names gets this one. It gets others where its author asks for exactly
 * that variable, or refers to the secret from a variable of another name.
 */
export const isInjectable = (name: string): boolean => isVariableName(name) && steeringFamilyOf(name) === undefined

/** Returns the reason why workloads get a name by reference only; `undefined` if “all names” includes it. */
export const notInjectedReason = (name: string): string | undefined => {
  if (!isVariableName(name)) return `By reference only: “${name}” is no name of a variable.`
  const family = steeringFamilyOf(name)
  return family && `By reference only: “${name}” steers ${family.steers}.`
}

/** Returns a warning about a valid name that workloads do not get when they ask for all names. */
export const nameWarning = (name: string): string | undefined => {
  const family = steeringFamilyOf(name)
  if (family) {
    return (
      `“${name}” steers ${family.steers}, so a workload gets it only where its author asks for it: ` +
      `as ${name}: ${reference(name)} in a spec, or by “--env” or “--only”.`
    )
  }
  if (isVariableName(name)) return undefined
  const why = name.includes('-') ? 'With “-” it' : `“${name}”`
  return `${why} cannot be an environment variable of its own. Workloads can refer to it as ${reference(name)}.`
}
