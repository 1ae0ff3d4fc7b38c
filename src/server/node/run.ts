import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { WrongMasterKey } from '#server/store/sql.ts'
import { ConfigError, parseConfig } from './config.ts'
import { startServer } from './server.ts'

// The composition root: the only reader of the environment, and the only place that ends the process.

/** SQLite's SQLITE_CORRUPT and SQLITE_NOTADB. */
const damaged = new Set<unknown>([11, 26])

const assets = fileURLToPath(new URL('../../../dist/console', import.meta.url))

try {
  // What this process makes is its user's alone.
  process.umask(0o077)
  const server = await startServer(parseConfig(process.env), existsSync(assets) ? { assets } : {})
  let stopping = false
  const stop = async () => {
    if (stopping) return
    stopping = true
    await server.stop()
    process.exit(0)
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)

  // For people, on stdout; the log goes to stderr, so that the link's token is never in it.
  if (server.setupLink) console.log(`Make the first account at ${server.setupLink}`)
  console.log(`Gradient Secrets is ready at ${server.address}`)
} catch (error) {
  const expected = error instanceof ConfigError || error instanceof WrongMasterKey
  console.error(expected ? error.message : explain(error))
  process.exit(1)
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return 'The server could not start.'
  const code = 'code' in error ? error.code : undefined
  if (code === 'EADDRINUSE') return 'The port is in use. Stop what uses it, or choose another with PORT.'
  if (code === 'ECONNREFUSED') return 'The database does not answer. Check DATABASE_URL, and that it is running.'
  if ('errcode' in error && damaged.has(error.errcode)) {
    return 'The database in DATA_DIR is damaged, or is no database. Restore it from a backup.'
  }
  const cause = error.cause instanceof Error ? ` ${error.cause.message}` : ''
  return `The server could not start. ${error.message}${cause}`
}
