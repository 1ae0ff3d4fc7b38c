/** What this program reads from its own environment: the key to everything, and where it is used. */
export const ownVariables = ['PAPERSPACE_API_KEY', 'PAPERSPACE_CONFIG_HOST'] as const

/** Which variables of the surroundings win over what is injected: all, none, or these. */
export type Preserved = true | false | readonly string[]

/** Tells which variables stay as they are: they exist, and are to be preserved. */
export const keeper = (existing: Readonly<Record<string, string | undefined>>, preserved: Preserved) => {
  const there = inherited(existing)
  return (variable: string): boolean =>
    Object.hasOwn(there, variable) && (preserved === true || (preserved || []).includes(variable))
}

/** The environment of a program: that of this one without its own settings, overlaid by what is injected. */
export const environmentFrom = (
  existing: Readonly<Record<string, string | undefined>>,
  injected: Readonly<Record<string, string>>,
): Record<string, string> =>
  // Object.fromEntries takes any name, where an assignment would lose `__proto__`.
  Object.fromEntries([...Object.entries(inherited(existing)), ...Object.entries(injected)])

const inherited = (existing: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(existing).flatMap(([name, value]) =>
      value === undefined || (ownVariables as readonly string[]).includes(name) ? [] : [[name, value]],
    ),
  )
