import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

// A table in docs/ that is generated from the code, between two markers. A test compares the two.

const [start, end] = ['<!-- table -->\n', '<!-- end of table -->\n']

export type DocsTable = {
  file: string
  /** Returns the current content of the file. */
  read(): string
  /** Returns the content of the file with a newly generated table. */
  withNewTable(): string
  write(): void
}

/** Defines a generated table by its page in docs/ and its rows. The first row is the head. */
export const docsTable = (page: string, rowsOf: () => readonly (readonly string[])[]): DocsTable => {
  const file = join(import.meta.dirname, '../docs', page)
  const read = () => readFileSync(file, 'utf8')
  const withNewTable = () => {
    const text = read()
    const [from, to] = [text.indexOf(start), text.indexOf(end)]
    if (from < 0 || to < from) throw new Error(`docs/${page} has no markers around its table. Restore them.`)
    const [head = [], ...rows] = rowsOf().map((cells) => [...cells])
    const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |\n`)
    return text.slice(0, from + start.length) + lines.join('') + text.slice(to)
  }
  return { file: `docs/${page}`, read, withNewTable, write: () => writeFileSync(file, withNewTable()) }
}
