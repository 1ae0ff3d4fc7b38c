import { Argument, type Command, InvalidArgumentError } from 'commander'
import { didYouMean } from '#shared/close-names.ts'
import { type ScopeKind, scopeKinds } from '#shared/scope-kinds.ts'

/** The kind of the place where secrets are stored, one of three words. */
export const scopeArgument = (): Argument => {
  const argument = new Argument('<scope>', 'where they are stored').choices(scopeKinds)
  return argument.argParser((text: string): ScopeKind => {
    const kind = scopeKinds.find((one) => one === text)
    if (kind) return kind
    const hint = didYouMean(text, scopeKinds)
    throw new InvalidArgumentError(`It is one of ${scopeKinds.join(', ')}.${hint ? ` ${hint}` : ''}`)
  })
}

export const wholeNumber = (text: string): number => {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Give a whole number.')
  return Number(text)
}

export const versionNumber = (text: string): number => {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('Give the number of a version: 1 or more.')
  return Number(text)
}

/** Adds examples to the end of a command's help: what they do, and the command line. */
export const withExamples = (command: Command, examples: readonly (readonly [string, string])[]): Command =>
  command.addHelpText('after', `\nExamples:\n${examples.map(([what, line]) => `  # ${what}\n  ${line}\n`).join('\n')}`)
