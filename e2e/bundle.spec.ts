import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'

const root = join(import.meta.dirname, '..')
const read = (file: string) => readFileSync(join(root, file), 'latin1')

/**
 * Texts that survive minification. Each is also searched for in its source, because a text that was removed there
 * proves nothing.
 */
const marks = [
  { text: 'mockServiceWorker', of: 'src/console/mock/start-mock.ts' },
  { text: 'tegradnext01', of: 'src/console/mock/sample-team.ts' },
  { text: '[MSW]', of: 'node_modules/msw/lib/mockServiceWorker.js' },
  { text: 'sqlite3', of: 'node_modules/@sqlite.org/sqlite-wasm/package.json' },
  { text: 'SelectQueryNode', of: 'node_modules/kysely/dist/operation-node/operation-node-transformer.js' },
  { text: 'matcher is already built', of: 'node_modules/hono/dist/router.js' },
  { text: 'AES-GCM', of: 'src/server/crypto/web-crypto.ts' },
]

test('the built console contains neither the mock nor the server', { tag: '@journey' }, () => {
  const files = globSync('dist/console/**/*.*', { cwd: root })
  expect(files.filter((file) => file.endsWith('.js')).length).toBeGreaterThan(5)
  expect(files.filter((file) => /\.wasm|\.map|worker/i.test(file))).toEqual([])
  for (const { text, of } of marks) {
    expect(read(of), of).toContain(text)
    expect(files.filter((file) => read(file).includes(text))).toEqual([])
  }
})
