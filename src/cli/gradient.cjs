#!/usr/bin/env node
// The `gradient` of the package: runs the bundle that `npm run build:cli` makes. CommonJS without recent syntax, so that
// every Node can run the version check, and because `require` starts faster than `import`.
'use strict'

const oldest = [22, 18]
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < oldest[0] || (major === oldest[0] && minor < oldest[1])) {
  console.error(
    `gradient needs Node ${oldest.join('.')} or newer; this is ${process.versions.node}. “npx gradient” in its folder has the right one.`,
  )
  process.exit(70)
}

const { existsSync } = require('node:fs')
const { join } = require('node:path')

const root = join(__dirname, '../..')
const bundle = join(root, 'dist/cli/main.cjs')
if (!existsSync(bundle)) {
  console.error('gradient is not built. Run “npm ci” in its folder, then try again.')
  process.exit(70)
}
require('node:module').enableCompileCache(join(root, 'node_modules/.cache/compiled-cli'))
require(bundle)
