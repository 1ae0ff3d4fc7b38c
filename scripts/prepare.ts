import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { enableCompileCache } from 'node:module'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'

// Builds what `npm start` needs and a fresh checkout lacks: the built console, and the server's compile cache.

const root = join(import.meta.dirname, '..')
const stamp = join(root, 'dist/console/.built-from')

const digest = digestOf([
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

/** Returns a hash of the names and contents of files. */
function digestOf(patterns: string[]): string {
  const files = globSync(patterns, { cwd: root, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
  const hash = createHash('sha256')
  for (const file of files) hash.update(file.slice(root.length)).update('\0').update(readFileSync(file)).update('\0')
  return hash.digest('hex')
}

/** Writes the compressed forms of each asset next to it, so that the server only selects one. */
function compressAssets() {
  for (const file of globSync('assets/*.{js,css}', { cwd: join(root, 'dist/console') })) {
    const path = join(root, 'dist/console', file)
    const content = readFileSync(path)
    writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }))
    writeFileSync(`${path}.br`, brotliCompressSync(content))
  }
}

// With the cache, the first start is as fast and uses as little memory as every later one.
enableCompileCache(join(root, 'node_modules/.cache/compiled'))
await import('#server/node/server.ts')
