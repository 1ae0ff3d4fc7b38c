import type { Io } from '#cli/io.ts'
import { printable } from './printable.ts'

/** Says what is wrong with a file, `FILE:LINE: …` for each, which editors and terminals make links of. */
export const noteProblems = (io: Io, label: string, problems: readonly { line: number; message: string }[]): void => {
  for (const { line, message } of problems) io.note(`${label}:${line}: ${printable(message)}`)
}
