import type { Command } from 'commander'
import type { Context } from '#cli/context.ts'
import { CommandError, exitCodes } from '#cli/exit.ts'
import { effectiveNames } from '#cli/lookup/effective-names.ts'
import { findPair, type NamedPair } from '#cli/lookup/find-pair.ts'
import { withExamples, withJson, withKey, withPair } from '#cli/options/declare-options.ts'
import { requireName } from '#cli/options/validate-input.ts'
import { printable, printableJson } from '#cli/output/printable.ts'
import { didYouMean } from '#shared/close-names.ts'
import { explanationLines } from '#shared/workload/explanation-lines.ts'

export const explainCommand = (command: Command, context: Context): void => {
  withPair(command)
    .description('Tell which scope a name comes from, and what that overrides.')
    .argument('<name>', 'name of a secret')
    .action((name, options) => explainName(context, name, options))
  withExamples(withJson(withKey(command)), [
    ['For workloads of a project', 'gradient explain DB_PASSWORD --project web'],
    ['For those on one cluster', 'gradient explain DB_PASSWORD --project web --cluster gpu-1'],
  ])
}

/** Prints the searched scopes for a name, the winner, and what it overrides. */
const explainName = async ({ io, sharedOptions, client }: Context, text: string, where: NamedPair): Promise<void> => {
  const name = await requireName(io, text)
  const api = await client()
  const { pair } = await findPair(api, where)
  const explanation = await api.effective.explain(name, pair)
  if (sharedOptions.json) io.print(printableJson(explanation))
  else for (const line of explanationLines(explanation)) io.print(printable(line))
  if (explanation.winner) return
  const names = (await effectiveNames(api, pair)).map((one) => one.name)
  const hint = didYouMean(name, names) ?? 'Set it in one of these scopes by “gradient secrets set”.'
  throw new CommandError(exitCodes.notFound, `“${name}” is set nowhere.`, { hint })
}
