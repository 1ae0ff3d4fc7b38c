import type { Command } from 'commander'
import type { Context } from '#cli/context.ts'
import { CommandError, exits } from '#cli/exit.ts'
import { effectiveNames } from '#cli/lookup/effective-names.ts'
import { type NamedPair, pairFrom } from '#cli/lookup/find-pair.ts'
import { withExamples, withJson, withKey, withPair } from '#cli/options/declare-options.ts'
import { needName } from '#cli/options/validate-input.ts'
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

/** Prints which scopes were searched for a name, which of them wins and what it overrides. */
const explainName = async ({ io, given, client }: Context, text: string, where: NamedPair): Promise<void> => {
  const name = await needName(io, text)
  const api = await client()
  const { pair } = await pairFrom(api, where)
  const explanation = await api.effective.explain(name, pair)
  if (given.json) io.print(printableJson(explanation))
  else for (const line of explanationLines(explanation)) io.print(printable(line))
  if (explanation.winner) return
  const names = (await effectiveNames(api, pair)).map((one) => one.name)
  const hint = didYouMean(name, names) ?? 'Set it in one of these scopes by “gradient secrets set”.'
  throw new CommandError(exits.missing, `“${name}” is set nowhere.`, { hint })
}
