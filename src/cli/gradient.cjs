#!/usr/bin/env node
// The `gradient` of the package. It is CommonJS without anything new, so that any Node can read the refusal below; and
// because modules of Node that are required start faster than imported ones, all of which it makes at once.
'use strict'

const oldest = [22, 18]
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < oldest[0] || (major === oldest[0] && minor < oldest[1])) {
  console.error(
    `gradient needs Node ${oldest.join('.')} or newer; this is ${process.versions.node}. “npx gradient” in its folder has the right one.`,
  )
  process.exit(70)
}

const { readdirSync, readFileSync, renameSync, statSync, writeFileSync } = require('node:fs')
const { enableCompileCache } = require('node:module')
const { join } = require('node:path')

const root = join(__dirname, '../..')
const built = join(root, 'dist/cli')
const seenFile = join(built, 'seen.json')

/** Not in the bundle. */
const isForTests = /\.test\.ts$|^(testing|golden)$/

/** Sizes and times of all that the bundle is made from: they change when any of it does, and cost no reading. */
const stateOf = (path) => {
  const stats = statSync(path)
  return `${path} ${stats.size} ${stats.mtimeMs}\n`
}
const stateIn = (folder) => {
  let state = ''
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (isForTests.test(entry.name)) continue
    state += entry.isDirectory() ? stateIn(`${folder}/${entry.name}`) : stateOf(`${folder}/${entry.name}`)
  }
  return state
}

/** The bundle that was found to be of this state, if one was. */
const seen = (state) => {
  try {
    const { of, file } = JSON.parse(readFileSync(seenFile, 'utf8'))
    return of === state && statSync(file).isFile() ? file : undefined
  } catch {
    return undefined
  }
}

/** Has the bundle built when its sources are others by their content; says where it is. Builds nothing for nothing. */
const prepare = (state) => {
  const { spawnSync } = require('node:child_process')
  const script = join(root, 'scripts/prepare-cli.ts')
  const args = ['--disable-warning=ExperimentalWarning', script, '--print']
  const { status, stdout } = spawnSync(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  })
  const file = stdout.trim()
  if (status !== 0 || file === '') {
    console.error('gradient could not be built from its sources. Run “npm ci” in its folder, then try again.')
    process.exit(70)
  }
  try {
    // Whole or not at all: another start may read it meanwhile.
    const fresh = `${seenFile}.${process.pid}`
    writeFileSync(fresh, JSON.stringify({ of: state, file }))
    renameSync(fresh, seenFile)
  } catch {
    // Where nothing can be written, each start looks again.
  }
  return file
}

const files = ['package.json', 'package-lock.json', 'tsconfig.base.json', 'scripts/prepare-cli.ts']
const state =
  ['cli', 'client', 'shared'].map((room) => stateIn(join(root, 'src', room))).join('') +
  files.map((file) => stateOf(join(root, file))).join('')
const bundle = seen(state) ?? prepare(state)
enableCompileCache(join(root, 'node_modules/.cache/compiled-cli'))
require(bundle)
