import type { Command } from 'commander'
import type { Context } from '#cli/context.ts'
import { CommandError, exitCodes } from '#cli/exit.ts'
import { type CheckedVariable, checkVariables } from '#cli/lookup/check-spec.ts'
import type { NamedPair } from '#cli/lookup/find-pair.ts'
import { withExamples, withJson, withKey, withPair } from '#cli/options/declare-options.ts'
import { printable, printableJson } from '#cli/output/printable.ts'
import { noteProblems, readText } from '#cli/prompt/read-text.ts'
import { readSpec, variablesOf } from '#shared/spec/parse-spec.ts'
import { scopeLabel } from '#shared/workload/explanation-lines.ts'

export const specCheckCommand = (command: Command, context: Context): void => {
  withPair(command.option('--job <name>', 'this job of a workflow only'))
    .description('Tell for every variable of a workflow or deployment what it will be, and what is missing.')
    .argument('<file>', 'YAML or JSON; “-” for stdin')
    .action((file, options) => checkSpecFile(context, file, options))
  withExamples(withJson(withKey(command)), [
    ['Before a deployment', 'gradient spec check deployment.yaml --project web --cluster gpu-1'],
    ['One job of a workflow', 'gradient spec check workflow.yaml --job train --project web'],
  ])
}

/** Maximum size of the file in bytes. The parser has a lower limit and reports it. */
const maxBytes = 5_000_000

/**
 * Prints for each variable of a workflow or deployment what it resolves to, without values. Fails unless all are fine.
 */
const checkSpecFile = async (
  { io, sharedOptions, client }: Context,
  file: string,
  { job, ...where }: NamedPair & { job?: string },
): Promise<void> => {
  const { text, label } = await readText(io, file, maxBytes)
  const spec = readSpec(text)
  // Without `--job`, check every variable where it is written, including job variables that override those of all jobs.
  const chosen = job === undefined ? { variables: spec.variables, problems: [] } : variablesOf(spec, job)
  const problems = [...spec.problems, ...chosen.problems]
  noteProblems(io, label, problems)
  const variables = chosen.variables.toSorted((one, other) => one.line - other.line)
  const checked = await checkVariables(client, variables, where)
  if (sharedOptions.json) io.print(printableJson({ file: label, variables: checked, problems }))
  else for (const one of checked) io.print(printable(`${label}:${one.line}: ${wordsOf(one)}`))
  if (problems.length > 0) {
    const count = problems.length === 1 ? 'is a problem' : `are ${problems.length} problems`
    throw new CommandError(exitCodes.usage, `There ${count} in “${label}”.`)
  }
  const missing = checked.filter(({ from }) => from === 'missing')
  if (missing.length > 0) throw missingSecrets(missing)
}

const wordsOf = (checked: CheckedVariable): string => {
  const { job, name } = checked
  return `${name}${job === null ? '' : ` in job ${job}`}: ${fromWords(checked)}`
}

const fromWords = ({ name, from, explanation, hint }: CheckedVariable): string => {
  if (!explanation) return from
  const { winner, overridden } = explanation
  const secret = explanation.name === name ? '' : `secret ${explanation.name} `
  if (!winner) return `${secret}missing${hint ? `. ${hint}` : ''}`
  const others = overridden.length > 0 ? `, overrides ${overridden.map(scopeLabel).join(', ')}` : ''
  return `${secret}from ${scopeLabel(winner)}${others}`
}

const missingSecrets = (missing: readonly CheckedVariable[]): CommandError => {
  const names = [...new Set(missing.map(({ explanation }) => `“${explanation?.name}”`))]
  const searched = missing[0]?.explanation?.searched.map(scopeLabel).join(', ')
  const message = `${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} set nowhere: searched ${searched}.`
  return new CommandError(exitCodes.notFound, printable(message))
}
