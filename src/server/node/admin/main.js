import { enableCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'

// Node would open its inspector on this signal: whoever may send it could read values from memory.
process.on('SIGUSR1', () => {})

// Commands start in half the time when their compiled code is cached.
enableCompileCache(fileURLToPath(new URL('../../../../node_modules/.cache/compiled', import.meta.url)))
const { runAdminCommand } = await import('./run-admin-command.ts')

// Files that a command creates are private to its user.
process.umask(0o077)
process.exitCode = await runAdminCommand(process.argv.slice(2), process.env)
