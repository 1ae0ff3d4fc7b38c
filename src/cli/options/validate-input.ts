import { CommandError, exitCodes } from '#cli/exit.ts'
import type { Io } from '#cli/io.ts'
import { printable } from '#cli/output/printable.ts'
import type { Scope, ScopeKind } from '#shared/scope.ts'
import { nameRule, secretName, suggestName } from '#shared/secret.ts'

// Validation of arguments and options, before anything is asked or sent.

/** Returns the scope for a kind and an ID. A team needs no ID: the key belongs to one team. */
export const scopeFrom = (kind: ScopeKind, id: string | undefined): Scope => {
  if (id === undefined && kind === 'team') return { kind, id: '-' }
  return { kind, id: requireId(kind, id) }
}

/** Returns the ID of a scope, or the namespace of a team. Refuses characters that would change the request path. */
export const requireId = (kind: ScopeKind, id: string | undefined): string => {
  if (id === undefined) {
    throw new CommandError(exitCodes.usage, '“--id” is missing.', { hint: `Give the ID of the ${kind} by --id.` })
  }
  if (/^[A-Za-z0-9][A-Za-z0-9-]{0,99}$/.test(id)) return id
  const hint = 'IDs are letters, digits and “-”. “gradient projects list” and “gradient clusters list” print them.'
  throw new CommandError(exitCodes.usage, `“${shortened(id)}” is no ID of a ${kind}.`, { hint })
}

/** Returns the name of a secret. Asks for it on a terminal when it is missing. */
export const requireName = async (io: Io, name: string | undefined): Promise<string> => {
  if (name === undefined && !io.interactive) {
    const hint = 'Give the name of the secret by --name: there is no terminal to ask on.'
    throw new CommandError(exitCodes.usage, '“--name” is missing.', { hint })
  }
  const given = name ?? (await io.ask('Name: ')).trim()
  if (secretName.safeParse(given).success) return given
  const suggestion = suggestName(given)
  const message = given === '' ? 'The name is empty.' : `“${shortened(given)}” cannot be the name of a secret.`
  throw new CommandError(exitCodes.usage, message, { hint: suggestion ? `${nameRule} Try “${suggestion}”.` : nameRule })
}

/** Shortens input for a message and makes it printable. */
export const shortened = (text: string): string =>
  printable([...text].length > 130 ? `${[...text].slice(0, 130).join('')}…` : text)
