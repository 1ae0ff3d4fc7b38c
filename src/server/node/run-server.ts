import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseConfig } from './config.ts'
import { explainStartFailure } from './explain-start-failure.ts'
import { startServer } from './server.ts'

// The composition root: the only module that reads the environment and ends the process.

const assets = fileURLToPath(new URL('../../../dist/console', import.meta.url))

try {
  // Files that this process creates are private to its user.
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

  // For people, on stdout. The log goes to stderr, so that the link's token never gets into it.
  if (server.setupLink) console.log(`Make the first account at ${server.setupLink}`)
  if (server.metricsAddress) console.log(`Metrics are at ${server.metricsAddress}`)
  console.log(`Gradient Secrets is ready at ${server.address}`)
} catch (error) {
  console.error(explainStartFailure(error))
  process.exit(1)
}
