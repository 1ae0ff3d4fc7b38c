import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { newTemporaryFolder } from '#server/testing/processes/temporary-folder.ts'

const root = join(import.meta.dirname, '../..')

/** A checkout without a bundle, with the packages of this one. */
const newCheckout = (): string => {
  const copy = newTemporaryFolder()
  for (const name of ['src/cli', 'src/client', 'src/shared', 'scripts']) {
    cpSync(join(root, name), join(copy, name), { recursive: true, preserveTimestamps: true })
  }
  for (const name of ['package.json', 'package-lock.json', 'tsconfig.base.json'])
    cpSync(join(root, name), join(copy, name))
  mkdirSync(join(copy, 'node_modules'))
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (name !== '.cache') symlinkSync(join(root, 'node_modules', name), join(copy, 'node_modules', name))
  }
  return copy
}

const gradient = (checkout: string, ...args: string[]) => {
  const stub = join(checkout, 'src/cli/gradient.cjs')
  const { status, stdout, stderr } = spawnSync(process.execPath, [stub, ...args], { encoding: 'utf8', cwd: '/' })
  return { status, stdout, stderr }
}

const built = 'Building the command line …\n'

describe('the bundle', () => {
  let checkout: string
  beforeAll(() => {
    checkout = newCheckout()
  })
  const source = () => join(checkout, 'src/cli/commands/declare-keys.ts')
  const says = () => /^ {2}logout +(.*)$/m.exec(gradient(checkout, '--help').stdout)?.[1]

  it('is built when there is none, beside what is printed, and once', () => {
    expect(gradient(checkout, '--version')).toEqual({ status: 0, stdout: '0.1.0\n', stderr: built })
    expect(gradient(checkout, '--version')).toEqual({ status: 0, stdout: '0.1.0\n', stderr: '' })
  })

  it('is never run for sources that have changed, whatever their time says', () => {
    expect(says()).toBe('Take the API key out of ~/.paperspace/config.json.')
    const { atime, mtime } = statSync(source())
    const text = readFileSync(source(), 'utf8')
    writeFileSync(source(), text.replace('Take the API key out', 'Changed words'))
    utimesSync(source(), atime, mtime)
    expect(says()).toBe('Changed words of ~/.paperspace/config.json.')
    writeFileSync(source(), text)
    const { stderr } = gradient(checkout, '--help')
    // It was built from these before.
    expect(stderr).toBe('')
    expect(says()).toBe('Take the API key out of ~/.paperspace/config.json.')
  })

  it('is not built anew when only times have changed', () => {
    utimesSync(source(), new Date(), new Date())
    expect(gradient(checkout, '--version').stderr).toBe('')
  })

  it('that cannot be built is told in a line, and nothing old is run instead', () => {
    const text = readFileSync(source(), 'utf8')
    writeFileSync(source(), 'this is no TypeScript')
    const { status, stdout, stderr } = gradient(checkout, '--version')
    writeFileSync(source(), text)
    expect([status, stdout]).toEqual([70, ''])
    expect(stderr).toContain('gradient could not be built from its sources.')
  })
})

describe('the start of a command', () => {
  const folder = () => {
    const main = execFileSync(process.execPath, [join(root, 'scripts/prepare-cli.ts'), '--print'], { encoding: 'utf8' })
    return join(main.trim(), '..')
  }
  /** The files that a file of the bundle loads at once, itself among them. */
  const loaded = (path: string, seen = new Set<string>()): Set<string> => {
    if (seen.has(path)) return seen
    seen.add(path)
    // What is loaded later stands behind a “.then”.
    const text = readFileSync(path, 'utf8').replaceAll(/\.then\(\(?\w*\)?=>require\(`?"?'?\.[^)]*\)\)?/g, '')
    for (const [, file = ''] of text.matchAll(/(?<!=>)\brequire\([`"']\.\/([^`"']+)[`"']\)/g))
      loaded(join(path, '..', file), seen)
    return seen
  }

  it('loads neither schemas nor YAML for what needs none', () => {
    const bundle = folder()
    const main = join(bundle, 'main.cjs')
    const texts = [...loaded(main)].map((path) => readFileSync(path, 'utf8')).join('')
    expect(texts).toContain('completion')
    for (const unneeded of ['invalid_type', 'ZodError', 'YAMLParseError', 'node:http', 'node:crypto']) {
      expect(texts).not.toContain(unneeded)
    }
    // They are there, for those that need them.
    const all = readdirSync(bundle)
      .map((name) => readFileSync(join(bundle, name), 'utf8'))
      .join('')
    for (const needed of ['invalid_type', 'YAMLParseError', 'node:http']) expect(all).toContain(needed)
  })
})

it('tells an old Node in one line what it needs', () => {
  const stub = readFileSync(join(root, 'src/cli/gradient.cjs'), 'utf8')
  const old = `Object.defineProperty(process.versions, 'node', { value: '20.19.0' });${stub.replace(/^#!.*/, '')}`
  const { status, stdout, stderr } = spawnSync(process.execPath, ['-e', old], { encoding: 'utf8' })
  expect([status, stdout]).toEqual([70, ''])
  expect(stderr).toMatch(/^gradient needs Node 22\.18 or newer; this is 20\.19\.0\..*\n$/)
})
