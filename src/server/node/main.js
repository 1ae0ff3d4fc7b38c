import { enableCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'

// Node would open its inspector on this signal: whoever may send it could read values from memory.
process.on('SIGUSR1', () => {})

// Caches compiled code next to the installed packages: later starts are faster and take about 25 MB less memory. The
// cache must be enabled before other modules load, so this is a file of its own.
enableCompileCache(fileURLToPath(new URL('../../../node_modules/.cache/compiled', import.meta.url)))
await import('./run-server.ts')
