import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { openTestApp } from '#server/testing/app/test-app.ts'
import { isReserved } from '#shared/people/namespace.ts'

/** Returns the first parts of paths that a team's address could be equal to. */
const firstParts = (paths: readonly string[]): string[] => {
  const parts = paths.map((path) => path.split('/')[1] ?? '')
  return [...new Set(parts)].filter((part) => /^[a-z0-9-]+$/.test(part))
}

it('reserves what the server answers at its root', async () => {
  const { app } = await openTestApp()
  const parts = firstParts(app.routes.map(({ path }) => path))
  expect(parts.length).toBeGreaterThan(5)
  expect(parts.filter((part) => !isReserved(part))).toEqual([])
})

it('reserves the pages of the console that belong to no team', () => {
  const source = readFileSync(new URL('../src/console/pages/routes.tsx', import.meta.url), 'utf8')
  const parts = firstParts([...source.matchAll(/path: '(\/[^']*)'/g)].map(([, path = '']) => path))
  expect(parts).toContain('login')
  expect(parts.filter((part) => !isReserved(part))).toEqual([])
})

it('reserves the names of the files that the console has at its root', () => {
  const files = readdirSync(new URL('../public', import.meta.url))
  expect(files.length).toBeGreaterThan(0)
  for (const file of ['assets', ...files]) expect([file, isReserved(file.replace(/\..*$/, ''))]).toEqual([file, true])
})

it.each(['vault', 'oauth', 'clients', 'help', 'reset', 'login', 'invite', 'setup', 'metrics', 'well-known'])(
  'reserves %s',
  (name) => {
    expect(isReserved(name)).toBe(true)
  },
)
