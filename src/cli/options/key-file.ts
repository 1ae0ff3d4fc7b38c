import { chmod, mkdir, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as after } from 'node:timers/promises'
import { CommandError, exitCodes } from '#cli/exit.ts'
import { printable } from '#cli/output/printable.ts'
import { normalAddress } from './server-address.ts'

/** Content of the key file. Unknown fields are preserved. */
type KeyFile = {
  /** The key that was stored last, for the old client, which knows no other field. */
  apiKey?: string | null
  /** Address of the server to use without `PAPERSPACE_CONFIG_HOST`. */
  host?: string | null
  /** The key of each server, by its address. */
  keys?: Record<string, string> | null
}

/** The keys of a key file. */
export type StoredKeys = {
  /** By address of the server. */
  keys: ReadonlyMap<string, string>
  /** A key without an address: one that the old client stored. */
  unbound: string | undefined
  host: string | undefined
}

/**
 * Reads the key file; empty when there is none. `readableByOthers` is true when its mode lets other users read it.
 * Throws {@link CommandError} for a damaged file: treating it as empty would overwrite its content.
 */
export const readKeyFile = async (file: string): Promise<StoredKeys & { readableByOthers: boolean }> => {
  const { content, mode } = await readContent(file)
  return { ...storedKeys(content), readableByOthers: process.platform !== 'win32' && (mode & 0o077) !== 0 }
}

/** Stores the key of a server, and with `host`, that this server is used by default. */
export const storeKey = (file: string, key: { address: string; apiKey: string; host?: string }): Promise<void> =>
  changeKeyFile(file, (content) => {
    const { keys } = storedKeys(content)
    return {
      ...content,
      ...(key.host === undefined ? {} : { host: key.host }),
      apiKey: key.apiKey,
      keys: Object.fromEntries([...keys, [key.address, key.apiKey]]),
    }
  })

/** Binds the key without an address to a server, unless another process has bound or replaced it by now. */
export const bindKey = (file: string, { address, apiKey }: { address: string; apiKey: string }): Promise<void> =>
  changeKeyFile(file, (content) => {
    const { keys, unbound } = storedKeys(content)
    if (unbound !== apiKey) return content
    return { ...content, keys: Object.fromEntries([...keys, [address, apiKey]]) }
  })

/** Removes the key of a server. Other servers keep theirs. */
export const removeKey = (file: string, address: string): Promise<void> =>
  changeKeyFile(file, (content) => {
    const { apiKey, keys: _, ...rest } = content
    const left = [...storedKeys(content).keys].filter(([at]) => at !== address)
    return {
      ...rest,
      ...(left.some(([, key]) => key === apiKey?.trim()) ? { apiKey } : {}),
      ...(left.length > 0 ? { keys: Object.fromEntries(left) } : {}),
    }
  })

/** A key that is not among those of the servers belongs to the file’s server, if the file names one. */
const storedKeys = ({ apiKey, host, keys: written }: KeyFile): StoredKeys => {
  const keys = new Map(Object.entries(written ?? {}).map(([address, key]) => [normalAddress(address), key]))
  const flat = apiKey?.trim() || undefined
  const isBound = flat === undefined || [...keys.values()].includes(flat)
  if (!isBound && host) keys.set(normalAddress(host), flat)
  return { keys, unbound: isBound || host ? undefined : flat, host: host || undefined }
}

const readContent = async (file: string): Promise<{ content: KeyFile; mode: number }> => {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined
    throw new CommandError(exitCodes.failed, `The key file “${printable(file)}” cannot be read: ${error.code}.`)
  })
  if (text === undefined) return { content: {}, mode: 0o600 }
  return { content: parse(text, file), mode: (await stat(file)).mode }
}

/**
 * Replaces the content of the key file atomically, readable by its owner only. Other processes wait, so that none
 * overwrites the change of another.
 */
const changeKeyFile = async (file: string, change: (content: KeyFile) => KeyFile): Promise<void> => {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 }).catch(unwritable(file))
  // The file may be a symbolic link: replace its target.
  const target = await realpath(file).catch(() => file)
  await withLock(file, `${target}.lock`, async () => {
    const { content } = await readContent(file)
    const fresh = `${target}.${process.pid}-${Date.now()}`
    try {
      const handle = await open(fresh, 'wx', 0o600)
      try {
        await handle.writeFile(`${JSON.stringify(change(content), null, 2)}\n`)
        await handle.sync()
      } finally {
        await handle.close()
      }
      await rename(fresh, target)
    } catch (error) {
      await rm(fresh, { force: true })
      throw unwritable(file)(error)
    }
  })
  await chmod(dirname(target), 0o700).catch(() => undefined)
}

/** A lock older than this was left behind: the file is written within milliseconds. */
const staleAfter = 10_000
const giveUpAfter = 20_000

const withLock = async (file: string, lock: string, action: () => Promise<void>): Promise<void> => {
  const start = performance.now()
  while (!(await takeLock(file, lock))) {
    if (performance.now() - start > giveUpAfter) {
      const hint = `If no other “gradient” runs, remove “${printable(lock)}”.`
      throw new CommandError(exitCodes.failed, `The key file “${printable(file)}” is in use.`, { hint })
    }
    await after(10 + Math.random() * 20)
  }
  try {
    await action()
  } finally {
    await rm(lock, { force: true })
  }
}

const takeLock = async (file: string, lock: string): Promise<boolean> => {
  try {
    await (await open(lock, 'wx', 0o600)).close()
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw unwritable(file)(error)
    await removeStale(lock)
    return false
  }
}

/** Removes a lock that its process left behind. */
const removeStale = async (lock: string): Promise<void> => {
  const found = await stat(lock).catch(() => undefined)
  if (!found || Date.now() - found.mtimeMs < staleAfter) return
  // Of several processes that find it, one renames it. The others must not remove the lock that this one takes next.
  const mine = `${lock}.${process.pid}-${Date.now()}`
  if (await rename(lock, mine).catch(() => true)) return
  const taken = await stat(mine).catch(() => undefined)
  if (taken && taken.ino !== found.ino) await rename(mine, lock).catch(() => undefined)
  await rm(mine, { force: true })
}

/** Returns a function that throws the error of writing a file, in words. */
const unwritable =
  (file: string) =>
  (error: unknown): never => {
    if (error instanceof CommandError) throw error
    const { code } = error as NodeJS.ErrnoException
    throw new CommandError(exitCodes.failed, `The key file “${printable(file)}” cannot be written: ${code}.`)
  }

const parse = (text: string, file: string): KeyFile => {
  const content = attempt(text)
  if (isObject(content)) {
    const { apiKey, host, keys } = content
    const areKeys = keys === undefined || keys === null || (isObject(keys) && Object.values(keys).every(isString))
    if (isText(apiKey) && isText(host) && areKeys) return content as KeyFile
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

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isString = (field: unknown): field is string => typeof field === 'string'

const isText = (field: unknown): boolean => field === undefined || field === null || isString(field)
