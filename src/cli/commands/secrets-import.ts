import type { Command } from 'commander'
import type { Context } from '#cli/context.ts'
import { CommandError, exitCodes } from '#cli/exit.ts'
import { compareRows, planRows } from '#cli/import/compare-rows.ts'
import { findExisting } from '#cli/import/find-existing.ts'
import { type ImportRow, importRows, isSkipped, isToWrite } from '#cli/import/import-rows.ts'
import { rowWords, secretsWords, stoppedWords, totalsWords } from '#cli/import/import-words.ts'
import { outcomeOf, type StoppedImport, writeRows } from '#cli/import/write-import-rows.ts'
import type { Io } from '#cli/io.ts'
import { withExamples, withJson, withKey, withScope } from '#cli/options/declare-options.ts'
import { scopeFrom } from '#cli/options/validate-input.ts'
import { printable, printableJson } from '#cli/output/printable.ts'
import { unchangedWords } from '#cli/output/set-words.ts'
import { noteProblems, readText } from '#cli/prompt/read-text.ts'
import { type DotenvEntry, parseDotenv } from '#shared/dotenv/parse-dotenv.ts'
import type { Scope, ScopeKind } from '#shared/scope.ts'

export const secretsImportCommand = (command: Command, context: Context): void => {
  withScope(command.argument('<file>', 'the .env file; “-” for stdin'))
    .description('Set the secrets of a .env file, after showing what that will do.')
    .option('--dry-run', 'show what it would do, and write nothing')
    .option('--replace', 'replace secrets that are there; without it they are kept, and the exit code is 1')
    .option('--yes', 'do not ask')
    .action((file, scope, options) => importSecrets(context, file, scope, options))
  withExamples(withJson(withKey(command)), [
    ['Show what it would do', 'gradient secrets import .env team --dry-run'],
    ['Show it, and ask', 'gradient secrets import .env project --id prxxxxxxxxxx'],
    ['In a script', 'gradient secrets import - cluster --id clxxxxxxxxxx --replace --yes < .env'],
  ])
}

/** Maximum size of the file in bytes. */
const maxBytes = 16 * 1024 * 1024

type ImportOptions = { id?: string; dryRun?: boolean; replace?: boolean; yes?: boolean }

/**
 * Imports a `.env` file: shows a preview, asks, and writes. A file with any problem is not imported. Without
 * `--replace`, an existing secret with another value is kept, and the exit code is 1.
 */
const importSecrets = async (
  context: Context,
  file: string,
  kind: ScopeKind,
  { id, dryRun = false, replace = false, yes = false }: ImportOptions,
): Promise<void> => {
  const { io, sharedOptions } = context
  const scope = scopeFrom(kind, id)
  if (!dryRun && !yes && (file === '-' || !io.interactive)) throw cannotAsk(file)
  const { text, label } = await readText(io, file, maxBytes)
  const { entries, problems } = parseDotenv(text)
  const print = (rows: readonly object[]) => {
    if (sharedOptions.json) io.print(printableJson({ file: label, scope, dryRun, rows, problems }))
  }
  if (problems.length > 0 || entries.length === 0) {
    print([])
    noteProblems(io, label, problems)
    throw unusable(label, problems.length)
  }

  const rows = await rowsFor(context, scope, entries, replace)
  if (!sharedOptions.json)
    for (const row of rows) io.note(`${label}:${row.line}: ${printable(`${row.name}: ${rowWords(row)}`)}`)
  for (const line of totalsWords(rows)) io.note(line)
  const toWrite = rows.filter(isToWrite)
  if (rows.some(isSkipped)) context.exitCode = exitCodes.failed
  if (dryRun) {
    print(rows)
    io.note('Nothing was written: this was a dry run.')
    return
  }

  const question = `Write ${secretsWords(toWrite.length)} to ${placeWords(scope)}?`
  if (!yes && toWrite.length > 0 && !(await io.confirm(question))) {
    throw new CommandError(exitCodes.failed, 'Nothing was written.')
  }
  const { stopped, unchanged } = await write(context, scope, toWrite, entries)
  for (const { name } of unchanged) io.note(unchangedWords(scope, name))
  print(rows.map((row) => ({ ...row, outcome: outcomeOf(row, stopped, unchanged) })))
  if (stopped) {
    for (const line of stoppedWords(stopped)) io.note(line)
    throw stopped.error
  }
  io.note(`${secretsWords(toWrite.length - unchanged.length)} written.`)
}

const placeWords = ({ kind, id }: Scope): string => (kind === 'team' ? 'the team' : `${kind} ${printable(id)}`)

const cannotAsk = (file: string): CommandError => {
  const reason = file === '-' ? 'the file comes from stdin' : 'there is no terminal'
  const hint = 'Give “--dry-run” to see what it would do, and “--yes” to do it unasked.'
  return new CommandError(exitCodes.usage, `Nothing was written: nobody can be asked, as ${reason}.`, { hint })
}

const unusable = (label: string, problems: number): CommandError => {
  const what = problems === 0 ? 'no names' : problems === 1 ? 'a problem' : `${problems.toLocaleString('en')} problems`
  return new CommandError(exitCodes.usage, `“${label}” has ${what} in it. Nothing was written.`)
}

const rowsFor = async (
  context: Context,
  scope: Scope,
  entries: readonly DotenvEntry[],
  replace: boolean,
): Promise<ImportRow[]> => {
  const client = await context.client()
  const names = entries.map(({ name }) => name)
  const rows = importRows(entries, await findExisting(client, scope, names), replace)
  const progress = progressOf(context.io)
  const say = (count: number) => progress.say(`${count.toLocaleString('en')} of ${secretsWords(names.length)} compared`)
  const compared = await compareRows(client, scope, rows, valuesOf(entries), say).finally(progress.end)
  return planRows(client, scope, compared)
}

const valuesOf = (entries: readonly DotenvEntry[]): ReadonlyMap<string, string> =>
  new Map(entries.map(({ name, value }) => [name, value]))

const write = async (
  { io, client }: Context,
  scope: Scope,
  rows: readonly ImportRow[],
  entries: readonly DotenvEntry[],
): Promise<{ stopped: StoppedImport | undefined; unchanged: ImportRow[] }> => {
  const progress = progressOf(io)
  const unchanged: ImportRow[] = []
  const onWritten = (count: number) =>
    progress.say(`${count.toLocaleString('en')} of ${secretsWords(rows.length)} written`)
  const callbacks = { onWritten, onUnchanged: (row: ImportRow) => void unchanged.push(row) }
  const stopped = await writeRows(await client(), scope, rows, valuesOf(entries), callbacks).finally(progress.end)
  return { stopped, unchanged }
}

/** Shows progress on one line of the terminal. Does nothing when stderr is not a terminal. */
const progressOf = ({ stderr }: Pick<Io, 'stderr'>): { say(line: string): void; end(): void } => {
  const write = (text: string) => {
    if (stderr.isTTY) stderr.write(text)
  }
  return { say: (line) => write(`\r\u001b[2K${line}`), end: () => write('\r\u001b[2K') }
}
