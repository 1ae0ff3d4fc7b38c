import type { Context } from '#cli/context.ts'
import { CommandError, exits } from '#cli/exit.ts'
import { effectiveNames } from '#cli/lookup/effective-names.ts'
import { type NamedPair, pairFrom } from '#cli/lookup/find-pair.ts'
import { needName } from '#cli/options/validate-input.ts'
import { printable, printableJson } from '#cli/output/printable.ts'
import { didYouMean } from '#shared/close-names.ts'
import { explanationLines } from '#shared/workload/explanation-lines.ts'

/** Prints which scopes were searched for a name, which of them wins and what it overrides. */
export const explain = async ({ io, given, client }: Context, text: string, where: NamedPair): Promise<void> => {
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
