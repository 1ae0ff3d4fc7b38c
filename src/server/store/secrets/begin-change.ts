import type { Kysely, Transaction } from 'kysely'
import { nameKey } from '#server/store/db/cursor.ts'
import type { Schema } from '#server/store/db/schema.ts'
import { noSuchScope, type Scope } from '#shared/scope.ts'
import { secretStatements, toSecret } from './secret-statements.ts'
import { checkCondition, otherSpelling, type WriteCondition } from './write-conditions.ts'

/** What every change of a secret begins with. */
export const secretFinder = (db: Kysely<Schema>) => {
  const statements = secretStatements(db)

  return {
    statements,

    /** Takes the scope's next revision; `NOT_FOUND` when there is no such scope. */
    nextRevision: async (trx: Transaction<Schema>, teamId: string, { kind, id }: Scope) => {
      const [row] = await statements.nextRevision(trx, { teamId, scopeId: id, kind })
      if (!row) throw noSuchScope(kind)
      return { revision: row.revision, place: { kind, id, name: row.name } }
    },

    /** What a write finds under its name, and without regard to case; throws unless it is what the write expects. */
    findForWrite: async (
      trx: Transaction<Schema>,
      teamId: string,
      scope: Scope,
      write: WriteCondition & { name: string },
    ) => {
      const { name } = write
      const [row] = await statements.byNameKey(trx, { teamId, scopeId: scope.id, nameKey: nameKey(name) })
      const existing = row?.name === name ? toSecret(row) : undefined
      checkCondition(scope, write, existing)
      if (row && !existing) throw otherSpelling(scope, toSecret(row))
      return { row, existing }
    },
  }
}

export type SecretFinder = ReturnType<typeof secretFinder>

/** What a write has found under its name. */
export type FoundSecret = Awaited<ReturnType<SecretFinder['findForWrite']>>
