import type { Schema } from '#server/store/db/schema.ts'

type SignedTableOf<Table extends keyof Schema> = {
  /** The primary key. */
  key: readonly (keyof Schema[Table] & string)[]
  /** What the code of a row covers, besides the name of the table: the primary key, and all that grants or limits. */
  columns: readonly (keyof Schema[Table] & string)[]
}

const define = <const Tables extends { [Table in keyof Schema]?: SignedTableOf<Table> }>(tables: Tables): Tables =>
  tables

/**
 * The tables whose rows grant rights or prove who somebody is. A column that is added later goes to the end and is
 * nullable: the code leaves nulls out, so that the codes of older rows stay valid.
 */
export const signedTables = define({
  user: { key: ['id'], columns: ['id', 'email', 'twoFactorEnabled'] },
  account: { key: ['id'], columns: ['id', 'accountId', 'providerId', 'userId', 'password'] },
  session: {
    key: ['id'],
    columns: ['id', 'token', 'userId', 'createdAt', 'expiresAt', 'confirmedAt', 'proof', 'secondFactor'],
  },
  verification: { key: ['id'], columns: ['id', 'identifier', 'value', 'expiresAt'] },
  passkey: { key: ['id'], columns: ['id', 'userId', 'credentialID', 'publicKey'] },
  twoFactor: { key: ['id'], columns: ['id', 'userId', 'secret', 'backupCodes', 'verified'] },
  team: {
    key: ['id'],
    columns: ['id', 'namespace', 'second_factor', 'session_idle_minutes', 'session_max_minutes', 'deleted_at'],
  },
  member: { key: ['user_id', 'team_id'], columns: ['user_id', 'team_id', 'role'] },
  invite: { key: ['id'], columns: ['id', 'team_id', 'role', 'digest', 'invited_by', 'expires_at'] },
  scope: { key: ['team_id', 'id'], columns: ['team_id', 'id', 'kind', 'access', 'deleted_at'] },
  collaborator: { key: ['team_id', 'scope_id', 'user_id'], columns: ['team_id', 'scope_id', 'user_id'] },
  api_key: {
    key: ['id'],
    columns: [
      'id',
      'team_id',
      'user_id',
      'digest',
      'access',
      'project_id',
      'cluster_id',
      'made_by',
      'expires_at',
      'revoked_at',
      'addresses',
    ],
  },
  ephemeral_secret: {
    key: ['team_id', 'id'],
    columns: ['team_id', 'id', 'project_id', 'cluster_id', 'expires_at'],
  },
  password_reset: { key: ['user_id'], columns: ['user_id', 'digest', 'made_by', 'expires_at'] },
  cli_login: { key: ['code'], columns: ['code', 'challenge', 'state', 'team_id', 'user_id', 'wanted', 'expires_at'] },
})

export type SignedTable = keyof typeof signedTables

/** The columns of a table that its codes cover. */
export type SignedColumn<Table extends SignedTable> = (typeof signedTables)[Table]['columns'][number]

/** What {@link Rights.verify} needs of a row. */
export type SignedRow<Table extends SignedTable> = Readonly<Record<SignedColumn<Table>, unknown>> & {
  readonly mac: string | null
}

export const isSignedTable = (name: string): name is SignedTable => Object.hasOwn(signedTables, name)

export const isSignedColumn = (table: SignedTable, column: string): boolean =>
  signedTables[table].columns.some((name) => name === column)

export const signedTableNames = Object.keys(signedTables) as SignedTable[]

/** A value as a driver returns it or takes it. Dates and booleans are numbers and texts on SQLite. */
export type Cell = string | number | bigint | boolean | Date | null

/**
 * Returns the value that a code covers: the same on both kinds of database, and for a value that is written as for one
 * that is read. Throws for a value of another type, and for an invalid date.
 */
export const canonical = (value: unknown): string | number | null => {
  switch (typeof value) {
    case 'string':
    case 'number':
      return value
    case 'undefined':
      return null
    case 'boolean':
    case 'bigint':
      return Number(value)
    default:
      if (value === null) return null
      if (value instanceof Date) return value.toISOString()
      throw new Error('A value of this type cannot be signed.')
  }
}

/** Returns the text that a code covers. JSON keeps the parts distinct, whatever they contain. */
export const signedText = (table: SignedTable, row: Readonly<Record<string, unknown>>): string => {
  const parts: (string | number)[] = [table]
  for (const column of signedTables[table].columns) {
    const value = canonical(row[column])
    if (value !== null) parts.push(column, value)
  }
  return JSON.stringify(parts)
}
