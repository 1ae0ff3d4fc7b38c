import { symmetricDecrypt, symmetricEncrypt } from 'better-auth/crypto'
import type * as z from 'zod'
import { newToken } from '#server/crypto/make-id.ts'
import { nodeSha256 } from '#server/node/keys/node-crypto.ts'

/** better-auth's access to its tables. */
export type AuthContext = Promise<{
  internalAdapter: {
    createVerificationValue(row: { identifier: string; value: string; expiresAt: Date }): Promise<unknown>
    consumeVerificationValue(identifier: string): Promise<{ value: string } | null>
  }
  adapter: {
    deleteMany(rows: { model: string; where: { field: string; operator: 'lt'; value: Date }[] }): Promise<number>
  }
}>

/**
 * Keeps values in better-auth's `verification` table under a token that is shown once. The table has the token's hash and
 * the encrypted value: who reads or writes the table learns and forges nothing.
 */
export const oneTimeValues = <Value>(
  context: AuthContext,
  { kind, schema, seconds, secret }: { kind: string; schema: z.ZodType<Value>; seconds: number; secret: string },
) => {
  const identifierOf = async (token: string) => `${kind}:${await nodeSha256(token)}`
  return {
    /** Stores a value, and returns its token. */
    keep: async (value: Value, token: string = newToken()): Promise<string> => {
      const { internalAdapter } = await context
      const identifier = await identifierOf(token)
      await internalAdapter.createVerificationValue({
        identifier,
        // With the identifier, so that a value cannot be moved to another token.
        value: await symmetricEncrypt({ key: secret, data: JSON.stringify({ identifier, value }) }),
        expiresAt: new Date(Date.now() + seconds * 1000),
      })
      return token
    },

    /** Returns the value of a token and deletes it. Only one of two concurrent calls gets it. */
    take: async (token: string): Promise<Value | undefined> => {
      const { internalAdapter } = await context
      const identifier = await identifierOf(token)
      const row = await internalAdapter.consumeVerificationValue(identifier)
      if (!row) return undefined
      const opened = await symmetricDecrypt({ key: secret, data: row.value }).catch(() => undefined)
      if (opened === undefined) return undefined
      const parsed: unknown = JSON.parse(opened)
      if (typeof parsed !== 'object' || parsed === null || Reflect.get(parsed, 'identifier') !== identifier) {
        return undefined
      }
      return schema.safeParse(Reflect.get(parsed, 'value')).data
    },
  }
}

/** Deletes expired values. Anybody may begin a sign-in, and most are never finished, so they would pile up. */
export const deleteExpiredValues = async (context: AuthContext): Promise<void> => {
  const { adapter } = await context
  const where = [{ field: 'expiresAt', operator: 'lt' as const, value: new Date() }]
  await adapter.deleteMany({ model: 'verification', where })
}
