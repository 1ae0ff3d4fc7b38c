import { execFileSync } from 'node:child_process'
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { enableCompileCache } from 'node:module'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { digestOf } from './digest.ts'

// What a start needs and a fresh checkout lacks: the built console, and the server's code compiled ahead.

const root = join(import.meta.dirname, '..')
const stamp = join(root, 'dist/console/.built-from')

const digest = digestOf(root, [
  'index.html',
  'vite.config.ts',
  'package-lock.json',
  'public/**',
  'src/{console,client,shared}/**',
])

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== digest) {
  console.log('Building the console …')
  execFileSync(process.execPath, [join(root, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'warn'], {
    cwd: root,
    stdio: 'inherit',
  })
  compressAssets()
  writeFileSync(stamp, digest)
}

/** Puts each asset's compressed forms beside it, so that the server only has to pick one. */
function compressAssets() {
  for (const file of globSync('assets/*.{js,css}', { cwd: join(root, 'dist/console') })) {
    const path = join(root, 'dist/console', file)
    const content = readFileSync(path)
    writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }))
    writeFileSync(`${path}.br`, brotliCompressSync(content))
  }
}

// The first start is then as quick and as small as every later one.
enableCompileCache(join(root, 'node_modules/.cache/compiled'))
await import('#server/node/server.ts')
