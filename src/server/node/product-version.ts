import { readFileSync } from 'node:fs'
import { findPackageJSON } from 'node:module'
import * as z from 'zod'

const manifest = findPackageJSON('..', import.meta.url)
if (!manifest) throw new Error('The server is outside of its package: there is no package.json above it.')

/**
 * The version of the product, like `0.1.0`. It comes from the nearest package.json, so that it works from sources and
 * from a bundle.
 */
export const productVersion = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(manifest, 'utf8'))).version
