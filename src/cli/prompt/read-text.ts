import { isUtf8 } from 'node:buffer'
import { open } from 'node:fs/promises'
import { resolve } from 'node:path'
import { CommandError, exitCodes } from '#cli/exit.ts'
import type { Io } from '#cli/io.ts'
import { printable } from '#cli/output/printable.ts'

/** A text from a file or stdin, and its label in messages. */
type InputText = { text: string; label: string }

/**
 * Reads a file, or stdin for `-`: at most `maxBytes`, UTF-8 only. Keeps a byte order mark. Throws {@link CommandError}
 * with the file and the line of the first invalid bytes; it quotes nothing.
 */
export const readText = async (io: Io, file: string, maxBytes: number): Promise<InputText> => {
  const label = file === '-' ? 'stdin' : printable(file)
  const bytes = await readBytes(io, file, label, maxBytes)
  if (!isUtf8(bytes)) throw notUtf8(bytes, label)
  return { text: bytes.toString('utf8'), label }
}

const refuse = (message: string, hint?: string) => new CommandError(exitCodes.usage, message, hint ? { hint } : {})

const readBytes = async ({ stdin, cwd }: Io, file: string, label: string, most: number): Promise<Buffer> => {
  if (file === '-') return bounded(stdin, label, most)
  if (file === '') throw refuse('The name of the file is empty.', 'Give a file, or “-” for stdin.')
  try {
    const handle = await open(resolve(cwd, file), 'r')
    // The stream closes the handle, also when reading stops early.
    return await bounded(handle.createReadStream(), label, most)
  } catch (error) {
    if (error instanceof CommandError) throw error
    const { code = 'unknown' } = error as NodeJS.ErrnoException
    throw refuse(`“${label}” cannot be read: ${reasons[code] ?? code}.`)
  }
}

const reasons: Record<string, string> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'you may not read it',
  ENAMETOOLONG: 'the name is too long',
  ERR_INVALID_ARG_VALUE: 'no file can have this name',
}

const bounded = async (stream: AsyncIterable<Uint8Array | string>, label: string, most: number): Promise<Buffer> => {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk as Uint8Array)
    size += bytes.byteLength
    if (size > most) throw refuse(`“${label}” has more than ${most.toLocaleString('en')} bytes.`, 'Split it.')
    chunks.push(bytes)
  }
  return Buffer.concat(chunks)
}

/** Windows PowerShell writes UTF-16 for `>`, with a byte order mark. */
const isUtf16 = (bytes: Buffer): boolean => ['fffe', 'feff'].includes(bytes.subarray(0, 2).toString('hex'))

const notUtf8 = (bytes: Buffer, label: string): CommandError => {
  if (isUtf16(bytes)) return refuse(`“${label}” is UTF-16.`, 'Save it as UTF-8.')
  let line = 1
  // In UTF-8, the byte of a line feed is never a part of another character, so lines can be checked one by one.
  for (let from = 0; ; line++) {
    const end = bytes.indexOf(10, from)
    if (end < 0 || !isUtf8(bytes.subarray(from, end))) break
    from = end + 1
  }
  return refuse(`${label}:${line}: The line is not UTF-8.`, 'Save the file as UTF-8. Nothing of it was read.')
}

/** Prints the problems of a file as `FILE:LINE: …`, which editors and terminals link. */
export const noteProblems = (io: Io, label: string, problems: readonly { line: number; message: string }[]): void => {
  for (const { line, message } of problems) io.note(`${label}:${line}: ${printable(message)}`)
}
