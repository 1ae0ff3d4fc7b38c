import { explainDatabase } from '#server/node/database/explain-database-failure.ts'
import { NewerDatabase } from '#server/store/db/migrations.ts'
import { WrongMasterKey } from '#server/store/keys/installation.ts'
import { ConfigError } from './config.ts'

/** Returns the message for a failed start: what happened, then what to do. */
export const explainStartFailure = (error: unknown): string => {
  if (error instanceof ConfigError || error instanceof WrongMasterKey || error instanceof NewerDatabase)
    return error.message
  if (!(error instanceof Error)) return 'The server could not start.'
  const code = 'code' in error ? error.code : undefined
  if (code === 'EADDRINUSE') return 'The port is in use. Stop what uses it, or choose another with PORT.'
  const ofDatabase = explainDatabase(error)
  if (ofDatabase) return ofDatabase
  const cause = error.cause instanceof Error ? ` ${error.cause.message}` : ''
  return `The server could not start. ${error.message}${cause}`
}
