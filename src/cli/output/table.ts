import type { Io } from '#cli/io.ts'
import { printable, printableJson } from './printable.ts'

type Printer = { io: Pick<Io, 'print'>; sharedOptions: { json?: boolean | undefined } }

/** Prints items as a table with these columns, or as JSON with all fields. */
export const printList = <Item>(
  { io, sharedOptions }: Printer,
  items: readonly Item[],
  columns: Record<string, (item: Item) => string>,
): void => {
  const rowOf = (item: Item) => Object.values(columns).map((cell) => cell(item))
  if (sharedOptions.json) io.print(printableJson(items))
  else if (items.length === 0) io.print('No data found')
  else for (const line of table(Object.keys(columns), items.map(rowOf))) io.print(line)
}

/** Prints one item as a table of its fields, or as JSON with all fields. */
export const printOne = ({ io, sharedOptions }: Printer, item: unknown, parts: Record<string, string>): void => {
  if (sharedOptions.json) io.print(printableJson(item))
  else for (const line of boxed([Object.entries(parts)])) io.print(line)
}

/** The lines of a table as scripts know it: in a frame of `+`, `-` and `|`, with a line under its head. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string[] => boxed([[head], rows])

/** Groups of rows with a line around each. */
const boxed = (groups: readonly (readonly (readonly string[])[])[]): string[] => {
  const shown = groups.map((rows) => rows.map((row) => row.map(printable)))
  const widths = (shown[0]?.[0] ?? []).map((_, column) =>
    shown.flat().reduce((most, row) => Math.max(most, widthOf(row[column] ?? '')), 0),
  )
  const line = `+${widths.map((width) => '-'.repeat(width + 2)).join('+')}+`
  const rowLine = (row: readonly string[]) =>
    `|${widths.map((width, column) => ` ${padded(row[column] ?? '', width)} `).join('|')}|`
  return [line, ...shown.flatMap((rows) => [...rows.map(rowLine), line])]
}

const padded = (text: string, width: number): string => text + ' '.repeat(width - widthOf(text))

/** In columns of a terminal: what most scripts take for one letter is one, East Asian letters and pictures are two. */
const widthOf = (text: string): number => {
  let width = 0
  for (const character of text) width += /\p{M}/u.test(character) ? 0 : wide.test(character) ? 2 : 1
  return width
}

const wide =
  /[\p{Emoji_Presentation}\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{20000}-\u{3fffd}]/u
