import type { Kysely, Transaction } from 'kysely'
import { nameKey } from '#server/store/db/pagination.ts'
import type { Schema } from '#server/store/db/schema.ts'
import { secretStatements, toSecret } from '#server/store/secrets/secret-statements.ts'
import { Failure } from '#shared/failure.ts'
import { noSuchScope, type Scope } from '#shared/scope.ts'
import type { Secret } from '#shared/secret.ts'

/** The condition of a write on the stored secret. */
export type WriteCondition = {
  /** `absent` throws for an existing secret, `present` for a missing one. */
  expect: 'absent' | 'present' | 'any'
  /**
   * The ETags of `If-Match`. Throws `PRECONDITION_FAILED` unless the secret has one of them; `*` matches any secret.
   */
  ifMatch?: readonly string[]
  /** `If-None-Match: *`. Throws `PRECONDITION_FAILED` when the secret exists. */
  ifNoneMatch?: boolean
}

/** Throws unless the stored secret meets the condition. */
export const checkCondition = (
  scope: Scope,
  { name, expect, ifMatch, ifNoneMatch }: WriteCondition & { name: string },
  existing: Secret | undefined,
): void => {
  if (ifNoneMatch && existing) throw changed(`“${name}” exists in this ${scope.kind} already.`, existing)
  if (ifMatch && !existing) throw changed(`“${name}” does not exist in this ${scope.kind} any more.`)
  if (ifMatch && existing && !ifMatch.includes('*') && !ifMatch.includes(existing.etag)) {
    throw changed(`“${name}” was set by ${existing.setBy.name} at ${existing.dtModified} meanwhile.`, existing)
  }
  if (expect === 'present' && !existing) throw noSuchSecret(scope, name)
  if (expect === 'absent' && existing) {
    throw new Failure(
      'CONFLICT',
      `“${name}” was set by ${existing.setBy.name} at ${existing.dtModified}. Replace it with PUT, or choose another name.`,
      { issues: [{ message: 'This name exists already.', path: ['name'], existing }] },
    )
  }
}

const changed = (message: string, existing?: Secret): Failure =>
  new Failure('PRECONDITION_FAILED', `${message} Look at it again before you change it.`, {
    issues: existing ? [{ message, existing }] : [],
  })

/** Names that differ only by case are one variable to some programs and two to others. */
const otherSpelling = (scope: Scope, existing: Secret): Failure => {
  const message = `“${existing.name}” exists in this ${scope.kind}, and names must differ by more than case.`
  return new Failure('CONFLICT', `${message} Use that spelling, or choose another name.`, {
    issues: [{ message, path: ['name'], existing }],
  })
}

/** Returns the failure of a restore whose name is taken. */
export const takenName = (scope: Scope, name: string, existing: Secret): Failure => {
  const message =
    existing.name === name
      ? `“${name}” was set again in this ${scope.kind} by ${existing.setBy.name}, ${existing.dtModified}.`
      : `“${existing.name}” exists in this ${scope.kind}, and names must differ by more than case.`
  return new Failure('CONFLICT', `${message} Delete that one first, then restore this one.`, {
    issues: [{ message: 'This name exists already.', path: ['name'], existing }],
  })
}

export const noSuchSecret = (scope: Scope, name: string): Failure =>
  new Failure(
    'NOT_FOUND',
    `There is no secret “${name}” in this ${scope.kind}. Check the spelling, also of upper case.`,
  )

/** The first reads of every change of a secret. */
export const secretFinder = (db: Kysely<Schema>) => {
  const statements = secretStatements(db)

  return {
    statements,

    /** Takes the scope's next revision. Throws `NOT_FOUND` when the scope does not exist. */
    nextRevision: async (trx: Transaction<Schema>, teamId: string, { kind, id }: Scope) => {
      const [row] = await statements.nextRevision(trx, { teamId, scopeId: id, kind })
      if (!row) throw noSuchScope(kind)
      return { revision: row.revision, namedScope: { kind, id, name: row.name } }
    },

    /** Finds the secret of a write, case-insensitively. Throws unless it meets the condition. */
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

/** The secret that a write found, if there is one. */
export type FoundSecret = Awaited<ReturnType<SecretFinder['findForWrite']>>
