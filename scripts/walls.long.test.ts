import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

// Compiles a copy of the sources, which takes half a minute. `walls.test.ts` tests the dependencies inside a project.

const root = join(import.meta.dirname, '..')
const copy = mkdtempSync(join(tmpdir(), 'walls-'))
afterAll(() => rmSync(copy, { recursive: true, force: true }))

/**
 * Forbidden imports between TypeScript projects. Each file is written into a copy of the sources. The compiler reports
 * a file outside a project once, so two files of one project import different ones.
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

describe('the compiler', () => {
  let errors: string[] = []
  beforeAll(() => {
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
  }, 600_000)

  it.each(betweenProjects)('rejects an import between projects: %s → %s', (file) => {
    expect(errors.filter((line) => line.startsWith(`${file}(1,`))).not.toEqual([])
  })
})
