import { readFileSync } from 'node:fs'
import * as z from 'zod'

/** The version of the product that runs, as `0.1.0`. */
export const productVersion = (): string => {
  const text = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version
}
