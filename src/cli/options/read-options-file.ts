import { isMap, isScalar, type ParsedNode } from 'yaml'
import { CommandError, exits } from '#cli/exit.ts'
import { parseSpec } from '#shared/spec/spec-yaml.ts'

/**
 * The options that a YAML file gives, by their names, as the texts that stand there: `0123` and `yes` are not what YAML
 * makes of them. What is null is left out. `label` names the file. Throws a {@link CommandError} that has a line and
 * nothing of the text, which may hold a value.
 */
export const optionsIn = (text: string, label: string): { name: string; value: string }[] => {
  const { contents, lineAt, problems } = parseSpec(text)
  const refuse = (line: number, message: string) =>
    new CommandError(exits.usage, `${label}:${line}: ${message}`, { hint: 'Write one “name: value” a line.' })
  const [problem] = problems
  if (problem) throw refuse(problem.line, problem.message)
  if (!contents || isNull(contents)) return []
  const lineOf = (node: ParsedNode) => lineAt(node.range[0])
  if (!isMap(contents)) throw refuse(lineOf(contents), 'The file has something else than options.')
  return contents.items.flatMap(({ key, value }) => {
    if (!isScalar(key)) throw refuse(lineOf(key), 'The name of an option is one word.')
    if (!value || isNull(value)) return []
    if (!isScalar(value)) throw refuse(lineOf(value), 'The value of an option is one text.')
    return [{ name: String(key.value), value: String(value.value) }]
  })
}

const isNull = (node: ParsedNode): boolean =>
  isScalar(node) && node.type === 'PLAIN' && /^(?:null|Null|NULL|~|)$/.test(String(node.value))
