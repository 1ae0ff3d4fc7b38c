/** Variables for this program only: the key and the address of the server. */
export const ownVariables = ['PAPERSPACE_API_KEY', 'PAPERSPACE_CONFIG_HOST'] as const

/** Which existing variables override injected ones: all, none, or these. */
type Preserved = true | false | readonly string[]

/** Returns a function that tells whether a variable exists and is preserved. */
export const preservedCheck = (existing: Readonly<Record<string, string | undefined>>, preserved: Preserved) => {
  const there = inherited(existing)
  return (variable: string): boolean =>
    Object.hasOwn(there, variable) && (preserved === true || (preserved || []).includes(variable))
}

/**
 * Returns the environment of the child: that of this process without its own variables, overlaid by the injected ones.
 */
export const childEnvironment = (
  existing: Readonly<Record<string, string | undefined>>,
  injected: Readonly<Record<string, string>>,
): Record<string, string> =>
  // An assignment to an object would lose a variable named `__proto__`.
  Object.fromEntries([...Object.entries(inherited(existing)), ...Object.entries(injected)])

const inherited = (existing: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(existing).flatMap(([name, value]) =>
      value === undefined || (ownVariables as readonly string[]).includes(name) ? [] : [[name, value]],
    ),
  )
