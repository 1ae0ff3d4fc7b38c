import type { Command } from 'commander'
import type { Context } from '#cli/context.ts'
import { CommandError, exitCodes } from '#cli/exit.ts'
import { type EffectiveName, effectiveNames } from '#cli/lookup/effective-names.ts'
import { findPair, type NamedPair } from '#cli/lookup/find-pair.ts'
import { withExamples, withJson, withKey, withPair } from '#cli/options/declare-options.ts'
import { printable } from '#cli/output/printable.ts'
import { printList } from '#cli/output/table.ts'
import { printDotenv } from '#shared/dotenv/parse-dotenv.ts'
import { scopeLabel } from '#shared/workload/explanation-lines.ts'

export const envCommand = (command: Command, context: Context): void => {
  withPair(command.option('--example', 'print a .env file with these names, to fill in'))
    .description('List the names that workloads get, and the scopes they come from.')
    .action((options) => printNames(context, options))
  withExamples(withJson(withKey(command)), [
    ['For workloads of a project', 'gradient env --project web'],
    ['A file to fill in', 'gradient env --project web --example > .env.example'],
  ])
}

/** Prints the names that workloads get with their scopes, or a `.env` template with these names. */
const printNames = async (
  context: Context,
  { example, ...where }: NamedPair & { example?: boolean },
): Promise<void> => {
  const { io, sharedOptions, client } = context
  if (example && sharedOptions.json) {
    throw new CommandError(exitCodes.usage, '“--example” and “--json” do not go together.', { hint: 'Leave one out.' })
  }
  const api = await client()
  const { pair } = await findPair(api, where)
  const names = await effectiveNames(api, pair)
  if (example) for (const line of exampleLines(names)) io.print(line)
  else printList(context, names, columns)
}

const columns = {
  Name: ({ name }: EffectiveName) => name,
  Scope: ({ winner }: EffectiveName) => scopeLabel(winner),
  Overrides: ({ overridden }: EffectiveName) => overridden.map(scopeLabel).join(', '),
  Injected: ({ injectable }: EffectiveName) => (injectable ? 'yes' : 'by reference only'),
}

/**
 * Returns a `.env` template. Comments are on their own lines, because some parsers take a comment after a name as its
 * value.
 */
const exampleLines = (names: readonly EffectiveName[]): string[] => {
  const byScope = Map.groupBy(
    names.filter(({ injectable }) => injectable),
    ({ winner }) => scopeLabel(winner),
  )
  const given = [...byScope].flatMap(([scope, held]) => [
    `# ${printable(scope)}`,
    ...printDotenv(held.map(({ name }) => name))
      .trimEnd()
      .split('\n'),
  ])
  const others = names.filter(({ injectable }) => !injectable).map(({ name }) => name)
  return others.length === 0 ? given : [...given, `# by reference only: ${others.join(', ')}`]
}
