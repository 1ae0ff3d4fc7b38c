import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

// A table in docs/ that is printed from the code, between two marks. A test holds the two together.

const [start, end] = ['<!-- table -->\n', '<!-- end of table -->\n']

export type DocsTable = {
  file: string
  /** The file as it is. */
  read(): string
  /** The file with the table of now in it. */
  current(): string
  write(): void
}

/** Names a page of docs/, and the rows of its table, the first of which is its head. */
export const docsTable = (page: string, rowsOf: () => readonly (readonly string[])[]): DocsTable => {
  const file = join(import.meta.dirname, '../docs', page)
  const read = () => readFileSync(file, 'utf8')
  const current = () => {
    const text = read()
    const [from, to] = [text.indexOf(start), text.indexOf(end)]
    if (from < 0 || to < from) throw new Error(`docs/${page} has lost the marks around its table. Put them back.`)
    const [head = [], ...rows] = rowsOf().map((cells) => [...cells])
    const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |\n`)
    return text.slice(0, from + start.length) + lines.join('') + text.slice(to)
  }
  return { file: `docs/${page}`, read, current, write: () => writeFileSync(file, current()) }
}
