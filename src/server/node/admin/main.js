import { enableCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'

// As for the server: commands start in half the time when their code was compiled before.
enableCompileCache(fileURLToPath(new URL('../../../../node_modules/.cache/compiled', import.meta.url)))
await import('./run-admin.ts')
