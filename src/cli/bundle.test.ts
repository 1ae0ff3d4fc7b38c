import { spawnSync } from 'node:child_process'
import { cpSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { newTemporaryFolder } from '#server/testing/processes/temporary-folder.ts'

const root = join(import.meta.dirname, '../..')
const bundle = join(root, 'dist/cli')
const textOf = (file: string): string => readFileSync(join(bundle, file), 'utf8')

/** Returns the files that a file of the bundle loads at once, including itself. */
const loadedBy = (file: string, seen = new Set<string>()): Set<string> => {
  if (seen.has(file)) return seen
  seen.add(file)
  // A dynamic import is compiled to a `require` in a `.then`.
  const text = textOf(file).replaceAll(/\.then\(\(?\w*\)?=>require\(`?"?'?\.[^)]*\)\)?/g, '')
  for (const [, other = ''] of text.matchAll(/(?<!=>)\brequire\([`"']\.\/([^`"']+)[`"']\)/g)) loadedBy(other, seen)
  return seen
}

it('loads neither commands nor schemas nor YAML when the program starts', () => {
  const texts = [...loadedBy('main.cjs')].map(textOf).join('')
  expect(texts).toContain('secrets purge')
  const onCall = ['Erase an old version', 'invalid_type', 'ZodError', 'YAMLParseError', 'node:http', 'node:crypto']
  for (const text of onCall) expect(texts).not.toContain(text)
  const all = readdirSync(bundle).map(textOf).join('')
  for (const text of onCall) expect(all).toContain(text)
})

it('reports a missing bundle in one line', () => {
  const checkout = newTemporaryFolder()
  cpSync(join(root, 'src/cli/gradient.cjs'), join(checkout, 'src/cli/gradient.cjs'))
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(checkout, 'src/cli/gradient.cjs')], {
    encoding: 'utf8',
  })
  expect([status, stdout]).toEqual([70, ''])
  expect(stderr).toBe('gradient is not built. Run “npm ci” in its folder, then try again.\n')
})

it('reports an old Node in one line', () => {
  const stub = readFileSync(join(root, 'src/cli/gradient.cjs'), 'utf8')
  const old = `Object.defineProperty(process.versions, 'node', { value: '20.19.0' });${stub.replace(/^#!.*/, '')}`
  const { status, stdout, stderr } = spawnSync(process.execPath, ['-e', old], { encoding: 'utf8' })
  expect([status, stdout]).toEqual([70, ''])
  expect(stderr).toMatch(/^gradient needs Node 22\.18 or newer; this is 20\.19\.0\..*\n$/)
})
