import { Failure } from '#shared/failure.ts'
import { type Secret, secret } from '#shared/secret.ts'

/** The secret that stands in the way of creating one of exactly this `name`, from the server's conflict. */
export const standingInTheWay = (error: unknown, name: string): Secret | undefined => {
  if (!(error instanceof Failure) || error.code !== 'CONFLICT') return undefined
  const existing = secret.safeParse(error.issues[0]?.existing)
  // One that differs in case only cannot be replaced under the typed name; the message says so.
  return existing.success && existing.data.name === name ? existing.data : undefined
}
