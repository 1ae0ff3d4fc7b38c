import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findForbiddenArrows, rules } from './arrows.ts'

// Tries each wall between the rooms: writes an import that must not be, and expects it to be refused.

const root = join(import.meta.dirname, '..')

/** Makes a folder with these files that goes when the test file is done. */
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

/** Forbidden imports inside a TypeScript project, each with the rule that refuses it. */
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

describe('an arrow inside a project', () => {
  it.each(arrows)('is refused by %s: %s → %s', async (rule, from, to) => {
    const folder = newFolder({
      'package.json': manifest,
      [from]: importing(to),
      [to]: 'export const value = 1\n',
    })
    expect(await findForbiddenArrows(folder)).toContain(`${rule}: ${from} → ${to}`)
  })

  it('is refused when it closes a cycle, also of types alone', async () => {
    const folder = newFolder({
      'package.json': manifest,
      'src/shared/a.ts': "import type { B } from './b.ts'\nexport type A = B\n",
      'src/shared/b.ts': "import type { A } from './a.ts'\nexport type B = A | 1\n",
    })
    expect(await findForbiddenArrows(folder)).toContain(
      'no-cycles: src/shared/a.ts → src/shared/b.ts → src/shared/a.ts',
    )
  })

  it('is refused when it leads to a module of Node', async () => {
    const folder = newFolder({
      'package.json': manifest,
      'src/server/app.ts': "import { readFileSync } from 'node:fs'\nexport const read = readFileSync\n",
    })
    expect(await findForbiddenArrows(folder)).toContain('node-only-in-node: src/server/app.ts → fs')
  })

  it('is tried for every rule', () => {
    const tried = new Set([...arrows.map(([rule]) => rule), 'no-cycles', 'node-only-in-node'])
    expect(rules.map(({ name }) => name).filter((name) => !tried.has(name ?? ''))).toEqual([])
  })

  it('is refused when it leads nowhere', async () => {
    const folder = newFolder({ 'package.json': manifest, 'src/shared/a.ts': "export * from './missing.ts'\n" })
    await expect(findForbiddenArrows(folder)).rejects.toThrow('src/shared/a.ts → ./missing.ts')
  })
})

/**
 * Forbidden imports between TypeScript projects. Each file is written into a copy of the sources. The compiler reports a
 * file outside a project once, so that two files of one project import different ones.
 */
const betweenProjects: readonly (readonly [file: string, imported: string])[] = [
  ['src/shared/wall.ts', '#server/deps.ts'],
  ['src/shared/spec/wall.ts', 'node:fs'],
  ['src/client/wall.ts', '#server/deps.ts'],
  ['src/client/wall-cli.ts', '#cli/exit.ts'],
  ['src/server/wall.ts', '#server/node/config.ts'],
  ['src/server/wall-client.ts', '#client/client.ts'],
  ['src/server/node/wall.ts', '#console/ui/client-context.tsx'],
  ['src/cli/wall.ts', '#server/app.ts'],
  ['src/cli/wall-console.ts', '#console/ui/client-context.tsx'],
  ['src/console/ui/wall.ts', '#server/app.ts'],
  ['src/console/features/secrets/wall.ts', '#cli/exit.ts'],
  ['src/console/pages/wall.ts', '#console/mock/wasm-database.ts'],
  ['src/console/pages/wall-node.ts', 'node:fs'],
  ['src/console/mock/wall.ts', '#server/node/config.ts'],
]

describe('an import between projects', () => {
  let errors: string[] = []
  beforeAll(() => {
    const copy = newFolder({})
    for (const path of ['src', 'package.json', 'tsconfig.base.json', 'tsconfig.json', '.cache/types']) {
      cpSync(join(root, path), join(copy, path), { recursive: true })
    }
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
    for (const [file, imported] of betweenProjects) {
      writeFileSync(join(copy, file), `import * as wall from '${imported}'\nexport const kept = wall\n`)
    }
    const projects = ['shared', 'client', 'server', 'server/node', 'cli', 'console', 'console/mock', 'console/entry']
    const { stdout } = spawnSync(
      join(root, 'node_modules/.bin/tsc'),
      ['-b', '--pretty', 'false', ...projects.map((project) => `src/${project}`)],
      { cwd: copy, encoding: 'utf8' },
    )
    errors = stdout.split('\n')
  }, 120_000)

  it.each(betweenProjects)('does not compile: %s → %s', (file) => {
    expect(errors.filter((line) => line.startsWith(`${file}(1,`))).not.toEqual([])
  })
})
