import { CommandError, exits } from '#cli/exit.ts'
import type { Io } from '#cli/io.ts'
import { printable } from '#cli/output/printable.ts'
import type { Scope, ScopeKind } from '#shared/scope.ts'
import { nameRule, secretName, suggestName } from '#shared/secret.ts'

// What commands are given, checked before anything is asked or sent.

/** The scope that is meant. A team needs no ID: the key names it. */
export const scopeOf = (kind: ScopeKind, id: string | undefined): Scope => {
  if (id === undefined && kind === 'team') return { kind, id: '-' }
  return { kind, id: needId(kind, id) }
}

/** An ID, or the namespace of a team: nothing that could lead to another address. */
export const needId = (kind: ScopeKind, id: string | undefined): string => {
  if (id === undefined) {
    throw new CommandError(exits.usage, '“--id” is missing.', { hint: `Give the ID of the ${kind} by --id.` })
  }
  if (/^[A-Za-z0-9][A-Za-z0-9-]{0,99}$/.test(id)) return id
  const hint = 'IDs are letters, digits and “-”. “gradient projects list” and “gradient clusters list” print them.'
  throw new CommandError(exits.usage, `“${shortened(id)}” is no ID of a ${kind}.`, { hint })
}

/** The name of a secret, asked for on a terminal when it is missing. */
export const needName = async (io: Io, name: string | undefined): Promise<string> => {
  if (name === undefined && !io.interactive) {
    const hint = 'Give the name of the secret by --name: there is no terminal to ask on.'
    throw new CommandError(exits.usage, '“--name” is missing.', { hint })
  }
  const given = name ?? (await io.ask('Name: ')).trim()
  if (secretName.safeParse(given).success) return given
  const suggestion = suggestName(given)
  const message = given === '' ? 'The name is empty.' : `“${shortened(given)}” cannot be the name of a secret.`
  throw new CommandError(exits.usage, message, { hint: suggestion ? `${nameRule} Try “${suggestion}”.` : nameRule })
}

/** What was given, as far as it helps to recognise it. */
export const shortened = (text: string): string =>
  printable([...text].length > 130 ? `${[...text].slice(0, 130).join('')}…` : text)
