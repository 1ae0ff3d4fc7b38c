import { CommandError, exitCodes } from '#cli/exit.ts'
import type { Io } from '#cli/io.ts'
import { noteProblems, readText } from '#cli/prompt/read-text.ts'
import { readSpec, variablesOf } from '#shared/spec/parse-spec.ts'
import { maxSpecBytes } from '#shared/spec/spec-yaml.ts'

/** Returns the variables of one job of a spec. Prints all problems and throws {@link CommandError} if there is any. */
export const specVariables = async (
  io: Io,
  file: string,
  job: string | undefined,
): Promise<{ name: string; value: string }[]> => {
  const { text, label } = await readText(io, file, maxSpecBytes)
  const spec = readSpec(text)
  const chosen = variablesOf(spec, job)
  const problems = spec.problems.length > 0 ? spec.problems : chosen.problems
  if (problems.length === 0) return chosen.variables
  noteProblems(io, label, problems)
  const count = problems.length === 1 ? 'is a problem' : `are ${problems.length} problems`
  throw new CommandError(exitCodes.usage, `There ${count} in “${label}”. Nothing was run.`)
}
