import { createReadStream } from 'node:fs'
import type { Readable } from 'node:stream'
import { isDeepStrictEqual } from 'node:util'
import { createGunzip } from 'node:zlib'
import { lineGroupsOf } from '#server/audit/read-lines.ts'
import type { Vault } from '#server/crypto/vault.ts'
import { AdminError } from '#server/node/admin/admin-command.ts'
import { knowsMigration } from '#server/store/db/migrations.ts'
import {
  createChecksum,
  decodeBase64,
  formatVersion,
  type Header,
  header,
  parseRow,
  type RowCounts,
  tableLine,
  trailer,
} from './backup-format.ts'
import { type Table, tablesAtMigration } from './backup-tables.ts'
import { type Row, sumCounts } from './read-rows.ts'

/** Receives the rows of a backup. The rows are valid only once {@link readBackup} has resolved. */
export type RowSink = {
  /** Creates the tables as they are after a migration. */
  begin(migration: string): Promise<void>
  insert(table: Table, rows: readonly Row[]): Promise<void>
  /** Completes the tables after the last row. */
  end(): Promise<void>
}

type Given = { vault: Vault; receiver: RowSink; progress(rows: number): void }

const rowsAtOnce = 500

/** Opens a file for reading from start to end. */
export const openBackupFile = (path: string): Readable => createReadStream(path, { highWaterMark: 1024 * 1024 })

/**
 * Reads the header of a backup. Throws {@link AdminError} for a newer backup, one of another installation, and any
 * other file.
 */
export const readBackupHeader = async (path: string, vault: Vault): Promise<Header> => {
  for await (const [first = ''] of lineGroupsIn(openBackupFile(path)))
    return checkHeader(parsed(first, notABackup), vault)
  throw truncated()
}

/** Reads a whole backup, and returns its row counts. Throws {@link AdminError} also when it is truncated or altered. */
export const readBackup = async (packed: Readable, { vault, receiver, progress }: Given): Promise<RowCounts> => {
  const sum = await createChecksum(vault)
  const rows: RowCounts = {}
  let expected: Table[] | undefined
  let table: Table | undefined
  let batch: Row[] = []
  let isWhole = false
  const begin = async (line: string): Promise<Table[]> => {
    const { migration } = await checkHeader(parsed(line, notABackup), vault)
    await receiver.begin(migration)
    return tablesAtMigration(migration)
  }
  const flush = async (): Promise<void> => {
    if (!table || batch.length === 0) return
    await receiver.insert(table, batch)
    rows[table.name] = (rows[table.name] ?? 0) + batch.length
    progress(sumCounts(rows))
    batch = []
  }

  for await (const lines of lineGroupsIn(packed)) {
    for (const line of lines) {
      if (isWhole) throw altered()
      if (!expected) {
        expected = await begin(line)
        sum.add(`${line}\n`)
        continue
      }
      const content = parsed(line, altered)
      if (Array.isArray(content)) {
        if (!table || content.length !== table.columns.length) throw altered()
        batch.push(parseOrAltered(() => parseRow(content)))
        if (batch.length === rowsAtOnce) await flush()
      } else {
        await flush()
        const end = trailer.safeParse(content)
        if (end.success) {
          if (!isDeepStrictEqual(end.data.end, { rows, ...sum.end() }) || expected.length > 0) throw altered()
          isWhole = true
          continue
        }
        table = expected.shift()
        const { table: name, columns } = parseOrAltered(() => tableLine.parse(content))
        if (name !== table?.name || !isDeepStrictEqual(columns, table.columns)) throw altered()
        rows[name] = 0
      }
      sum.add(`${line}\n`)
    }
  }
  if (!isWhole) throw truncated()
  await receiver.end()
  return rows
}

const checkHeader = async (content: unknown, vault: Vault): Promise<Header> => {
  const { format, version } = Object(content)
  if (format !== 'gradient-secrets backup') throw notABackup()
  if (typeof version === 'number' && version > formatVersion) throw newer()
  const head = parseOrAltered(() => header.parse(content))
  if (!(await vault.passesKeyCheck(decodeBase64(head.keyCheck)))) {
    throw new AdminError(
      'The master key is not the one that this backup was made with, so none of its values could be opened. ' +
        'Nothing was restored. Put the master key of that installation in place: MASTER_KEY or MASTER_KEY_FILE.',
    )
  }
  if (!knowsMigration(head.migration)) throw newer()
  return head
}

/** Unpacks the lines, and turns errors into ones that say what is wrong with the file. */
async function* lineGroupsIn(packed: Readable): AsyncGenerator<string[]> {
  const unpacked = packed.pipe(createGunzip({ chunkSize: 256 * 1024 }))
  packed.on('error', (error) => unpacked.destroy(error))
  try {
    yield* lineGroupsOf(unpacked)
  } catch (error) {
    const { code, message, path } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') throw new AdminError(`There is no file “${path}”. Nothing was restored.`)
    if (code === 'Z_BUF_ERROR') throw truncated()
    if (message === 'incorrect header check') throw notABackup()
    if (code?.startsWith('Z_') || code === undefined) throw altered()
    throw error
  } finally {
    packed.destroy()
  }
}

const parsed = (line: string, otherwise: () => AdminError): unknown => {
  try {
    return JSON.parse(line)
  } catch {
    throw otherwise()
  }
}

/** Parses something that only an altered file has in another form. */
const parseOrAltered = <Result>(read: () => Result): Result => {
  try {
    return read()
  } catch {
    throw altered()
  }
}

const advice = 'Nothing was restored. Take another backup.'
const truncated = () => new AdminError(`The backup is cut off: its end is missing. ${advice}`)
const altered = () => new AdminError(`The backup was altered or is damaged. ${advice}`)
const notABackup = () => new AdminError('The file is no backup of Gradient Secrets. Nothing was restored.')
const newer = () =>
  new AdminError(
    'A newer version of Gradient Secrets made this backup. Nothing was restored. Install that version first.',
  )
