import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { findForbiddenArrows, rules } from './arrows.ts'

// Tests each rule about dependencies between rooms: writes a forbidden import and expects the rule to reject it.

/** Creates a folder with these files. It is deleted after the test file. */
const folders: string[] = []
const newFolder = (files: Record<string, string>): string => {
  const folder = mkdtempSync(join(tmpdir(), 'walls-'))
  folders.push(folder)
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return folder
}
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

/** Forbidden imports inside a TypeScript project, each with the rule that rejects it. */
const arrows: readonly (readonly [rule: string, from: string, to: string])[] = [
  ['layer-shared', 'src/shared/secret.ts', 'src/server/deps.ts'],
  ['layer-client', 'src/client/request.ts', 'src/server/deps.ts'],
  ['layer-server', 'src/server/app.ts', 'src/client/client.ts'],
  ['layer-server', 'src/server/routes/a.ts', 'src/server/node/config.ts'],
  ['layer-server-node', 'src/server/node/server.ts', 'src/cli/main.ts'],
  ['layer-cli', 'src/cli/main.ts', 'src/server/app.ts'],
  ['layer-console-ui', 'src/console/ui/forms/field.tsx', 'src/console/features/secrets/list.tsx'],
  ['layer-console-features', 'src/console/features/secrets/list.tsx', 'src/console/pages/secrets.tsx'],
  ['layer-console-pages', 'src/console/pages/secrets.tsx', 'src/server/app.ts'],
  ['layer-console-mock', 'src/console/mock/start-mock.ts', 'src/server/node/config.ts'],
  ['layer-console-entry', 'src/console/entry/main.tsx', 'src/server/app.ts'],
  ['server-crypto', 'src/server/crypto/vault.ts', 'src/server/store/open-store.ts'],
  ['server-audit', 'src/server/audit/verify-export.ts', 'src/server/store/open-store.ts'],
  ['server-store', 'src/server/store/secrets/a.ts', 'src/server/services/a.ts'],
  ['server-identity', 'src/server/identity/a.ts', 'src/server/http/a.ts'],
  ['server-services', 'src/server/services/a.ts', 'src/server/routes/a.ts'],
  ['server-http', 'src/server/http/a.ts', 'src/server/routes/a.ts'],
  ['server-live', 'src/server/live/a.ts', 'src/server/routes/a.ts'],
  ['server-routes', 'src/server/routes/a.ts', 'src/server/app.ts'],
  ['store-by-type-only', 'src/server/routes/a.ts', 'src/server/store/secrets/secret-store.ts'],
  ['store-database-inside', 'src/server/services/a.ts', 'src/server/store/db/transactions.ts'],
  ['feature-root', 'src/console/features/effective/a.ts', 'src/console/features/secrets/list/b.ts'],
  ['page-to-feature-root', 'src/console/pages/secrets.tsx', 'src/console/features/secrets/list/b.ts'],
  ['no-tests-in-production', 'src/server/app.ts', 'src/server/testing/app/test-app.ts'],
]

const importing = (path: string) => `import { value } from '#${path.slice('src/'.length)}'\nexport const copy = value\n`
const manifest = JSON.stringify({ type: 'module', imports: { '#*': './src/*' } })

describe('the dependency rules', () => {
  it.each(arrows)('%s rejects %s → %s', async (rule, from, to) => {
    const folder = newFolder({
      'package.json': manifest,
      [from]: importing(to),
      [to]: 'export const value = 1\n',
    })
    expect(await findForbiddenArrows(folder)).toContain(`${rule}: ${from} → ${to}`)
  })

  it('reject a cycle, also one of types only', async () => {
    const folder = newFolder({
      'package.json': manifest,
      'src/shared/a.ts': "import type { B } from './b.ts'\nexport type A = B\n",
      'src/shared/b.ts': "import type { A } from './a.ts'\nexport type B = A | 1\n",
    })
    expect(await findForbiddenArrows(folder)).toContain(
      'no-cycles: src/shared/a.ts → src/shared/b.ts → src/shared/a.ts',
    )
  })

  it('reject an import of a Node module', async () => {
    const folder = newFolder({
      'package.json': manifest,
      'src/server/app.ts': "import { readFileSync } from 'node:fs'\nexport const read = readFileSync\n",
    })
    expect(await findForbiddenArrows(folder)).toContain('node-only-in-node: src/server/app.ts → fs')
  })

  it('all have a forbidden import in this test', () => {
    const tried = new Set([...arrows.map(([rule]) => rule), 'no-cycles', 'node-only-in-node'])
    expect(rules.map(({ name }) => name).filter((name) => !tried.has(name ?? ''))).toEqual([])
  })

  it('throw when an import cannot be resolved', async () => {
    const folder = newFolder({ 'package.json': manifest, 'src/shared/a.ts': "export * from './missing.ts'\n" })
    await expect(findForbiddenArrows(folder)).rejects.toThrow('src/shared/a.ts → ./missing.ts')
  })
})
