import { Failure } from '#shared/failure.ts'
import type { NamedScope } from '#shared/scope.ts'
import { isInjectable, isReservedVariable, isVariableName } from '#shared/secret.ts'
import type { Meaning } from '#shared/workload/reference.ts'

type Meant = { variable: string; meaning: Meaning }

/** Refuses references to what is no name, and variables that there cannot or must not be. */
export const refuseImpossible = (meanings: readonly Meant[], only: readonly string[]): void => {
  const issues = [
    ...meanings.flatMap(({ variable, meaning }) =>
      meaning.kind === 'impossible'
        ? [{ message: `“${variable}” refers to a secret by what is no name.`, path: ['env', variable] }]
        : [],
    ),
    ...meanings.flatMap(({ variable }) =>
      isVariableName(variable)
        ? []
        : [
            {
              message: `“${variable}” is no name of a variable: it takes letters, digits and “_”.`,
              path: ['env', variable],
            },
          ],
    ),
    ...meanings.flatMap(({ variable }) =>
      isReservedVariable(variable)
        ? [{ message: `“${variable}” steers the shell or a runtime, and is not injected.`, path: ['env', variable] }]
        : [],
    ),
    ...only.flatMap((name, index) =>
      isInjectable(name)
        ? []
        : [{ message: `“${name}” cannot be a variable of its own. Refer to it in “env”.`, path: ['only', index] }],
    ),
  ]
  if (issues[0]) throw new Failure('BAD_REQUEST', issues[0].message, { issues })
}

/** Refuses all of it when a name is set nowhere, with every such name and the scopes that were searched. */
export const refuseMissing = (
  names: ReadonlySet<string>,
  found: ReadonlyMap<string, unknown>,
  scopes: readonly NamedScope[],
): void => {
  const missing = [...names].filter((name) => !found.has(name))
  if (missing.length === 0) return
  const searched = scopes.map(({ kind, name }) => `${kind} “${name}”`).join(', ')
  const issues = missing.map((name) => ({
    message: `“${name}” is set nowhere: searched ${searched}.`,
    path: ['env', name],
  }))
  const listed = missing.map((name) => `“${name}”`).join(', ')
  throw new Failure(
    'NOT_FOUND',
    `${listed} ${missing.length === 1 ? 'is' : 'are'} set nowhere: searched ${searched}. Nothing was resolved.`,
    { issues },
  )
}
