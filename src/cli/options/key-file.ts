import { chmod, mkdir, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { CommandError, exitCodes } from '#cli/exit.ts'
import { printable } from '#cli/output/printable.ts'

/** Content of the key file. Unknown fields are preserved. */
type KeyFile = { apiKey?: string; host?: string }

/**
 * Reads the key file; empty when there is none. `readableByOthers` is true when its mode lets other users read it.
 * Throws {@link CommandError} for a damaged file: treating it as empty would overwrite its content.
 */
export const readKeyFile = async (file: string): Promise<{ content: KeyFile; readableByOthers: boolean }> => {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined
    throw new CommandError(exitCodes.failed, `The key file “${printable(file)}” cannot be read: ${error.code}.`)
  })
  if (text === undefined) return { content: {}, readableByOthers: false }
  const { mode } = await stat(file)
  return { content: parse(text, file), readableByOthers: process.platform !== 'win32' && (mode & 0o077) !== 0 }
}

/**
 * Updates fields of the key file; `undefined` removes one. Replaces the file atomically, readable by its owner only.
 */
export const changeKeyFile = async (
  file: string,
  changes: { [Field in keyof KeyFile]: string | undefined },
): Promise<void> => {
  const { content } = await readKeyFile(file)
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  // The file may be a symbolic link: replace its target.
  const target = await realpath(file).catch(() => file)
  const fresh = `${target}.${process.pid}-${Date.now()}`
  try {
    const handle = await open(fresh, 'wx', 0o600)
    await handle.writeFile(`${JSON.stringify({ ...content, ...changes }, null, 2)}\n`)
    await handle.sync()
    await handle.close()
    await rename(fresh, target)
  } catch (error) {
    await rm(fresh, { force: true })
    const { code } = error as NodeJS.ErrnoException
    throw new CommandError(exitCodes.failed, `The key file “${printable(file)}” cannot be written: ${code}.`)
  }
  await chmod(dirname(target), 0o700).catch(() => undefined)
}

const parse = (text: string, file: string): KeyFile => {
  const content = attempt(text)
  if (typeof content === 'object' && content !== null && !Array.isArray(content)) {
    const { apiKey, host } = content as Record<string, unknown>
    if (isText(apiKey) && isText(host)) return content as KeyFile
  }
  // The message of `JSON.parse` quotes the text, which may contain a key.
  throw new CommandError(exitCodes.failed, `The key file “${printable(file)}” is damaged.`, {
    hint: 'Correct it, or move it away and set the key again by “gradient apiKey”.',
  })
}

const attempt = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const isText = (field: unknown): boolean => field === undefined || field === null || typeof field === 'string'
