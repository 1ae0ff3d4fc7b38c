import { ephemeralLocation, type SealLocation, type Vault, type WrappedDataKey } from '#server/crypto/vault.ts'
import { findTable, type Table } from './backup-tables.ts'
import type { ReadRows } from './read-rows.ts'
import { type Cells, cellReader, openCursor, type RowCursor } from './row-cursor.ts'
import { VerificationError } from './verification-error.ts'

/** How to get the context that each table's values are sealed for. Missing parts come from another table. */
const contextReaders: Record<
  string,
  (read: (table: string) => RowCursor) => (cells: Cells) => SealLocation | Promise<SealLocation>
> = {
  secret_version: () => (cells) => ({
    teamId: cells.text('team_id'),
    scopeId: cells.text('scope_id'),
    name: cells.text('name'),
    version: cells.number('version'),
  }),
  ephemeral_secret: () => (cells) => ephemeralLocation(cells.text('team_id'), cells.text('id')),
  trash_version: (read) => {
    const trash = read('trash')
    return async (cells) => {
      const [teamId, id] = [cells.text('team_id'), cells.text('trash_id')]
      const isOf = (secret?: Cells) => secret?.text('team_id') === teamId && secret.text('id') === id
      while (!isOf(trash.now())) {
        await trash.next()
        if (!trash.now()) throw new VerificationError(`The trash has a value of “${id}”, and not whose it is.`)
      }
      const [scopeId, name] = [trash.now()?.text('scope_id') ?? '', trash.now()?.text('name') ?? '']
      return { teamId, scopeId, name, version: cells.number('version') }
    }
  },
}

/** The columns that opening a value needs: reading the others would double the time. */
const neededColumns = ['team_id', 'scope_id', 'name', 'version', 'id', 'trash_id', 'algorithm', 'key_id', 'sealed']

const withNeededColumns = (table: Table): Table => ({
  ...table,
  columns: table.columns.filter((column) => neededColumns.includes(column)),
})

/** Returns the tables with sealed values. Throws {@link VerificationError} for a table that this module cannot open. */
export const tablesWithSealedValues = (tables: readonly Table[]): Table[] => {
  const sealed = tables.filter(({ columns }) => columns.includes('sealed'))
  const unknown = sealed.find(({ name }) => !Object.hasOwn(contextReaders, name))
  if (unknown) throw new VerificationError(`The table “${unknown.name}” has sealed values that cannot be verified.`)
  return sealed
}

type Given = {
  vault: Pick<Vault, 'open' | 'seal'>
  tables: readonly Table[]
  rows: ReadRows
  /** Called with the number of values opened since the last call. */
  progress(values: number): void
}

/** Opens every data key and every value, and returns the number of values. Keeps no plaintext. */
export const openSealedValues = async ({ vault, tables, rows, progress }: Given): Promise<number> => {
  const keys = await openKeys(vault, tables, rows)
  let opened = 0
  for (const table of tablesWithSealedValues(tables).map(withNeededColumns)) {
    const cells = cellReader(table)
    const placeOf = contextReaders[table.name]?.((name) => openCursor(findTable(name, tables), rows))
    if (!placeOf) continue
    for await (const batch of rows(table)) {
      for (const row of batch) {
        const read = cells(row)
        await openRow(vault, keys, await placeOf(read), read)
      }
      opened += batch.length
      progress(batch.length)
    }
  }
  return opened
}

const openRow = async (
  vault: Pick<Vault, 'open'>,
  keys: ReadonlyMap<string, WrappedDataKey>,
  location: SealLocation,
  cells: Cells,
): Promise<void> => {
  const key = keys.get(cells.text('key_id'))
  try {
    if (!key) throw new Error('Its data key is missing.')
    const sealed = { algorithm: cells.text('algorithm'), keyId: key.id, bytes: cells.bytes('sealed') }
    await vault.open(key, location, sealed)
  } catch {
    // The caught error may contain the value.
    throw new VerificationError(
      `Version ${location.version} of “${location.name}” in ${location.scopeId} cannot be opened.`,
    )
  }
}

const openKeys = async (vault: Pick<Vault, 'seal'>, tables: readonly Table[], rows: ReadRows) => {
  const keys = new Map<string, WrappedDataKey>()
  const table = findTable('data_key', tables)
  const cells = cellReader(table)
  for await (const batch of rows(table)) {
    for (const row of batch) {
      const { text, bytes } = cells(row)
      const key = { id: text('id'), teamId: text('team_id'), algorithm: text('algorithm'), wrapped: bytes('wrapped') }
      // Sealing unwraps the data key, so this also checks keys that no value uses.
      await vault.seal(key, { teamId: key.teamId, scopeId: '', name: '', version: 0 }, '').catch(() => {
        throw new VerificationError(`The data key ${key.id} of team ${key.teamId} cannot be opened.`)
      })
      keys.set(key.id, key)
    }
  }
  return keys
}
