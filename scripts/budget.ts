import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

// Compares the size of each page of the built console with its budget: all JavaScript and CSS that opening its address
// loads. Code that a page loads later, for a dialog or a menu, does not count.

const kilobyte = 1024
const budget = { js: 175 * kilobyte, css: 15 * kilobyte }

const root = join(import.meta.dirname, '..')
const folder = join(root, 'dist/console')

type Chunk = { file: string; css?: string[]; imports?: string[] }
const manifest: Record<string, Chunk> = JSON.parse(readFileSync(join(folder, '.vite/manifest.json'), 'utf8'))

const weights = new Map<string, number>()
const weightOf = (file: string): number => {
  const known = weights.get(file)
  if (known !== undefined) return known
  const weight = gzipSync(readFileSync(join(folder, file)), { level: 9 }).byteLength
  weights.set(file, weight)
  return weight
}

/** Returns the files that a chunk needs before it runs, including its own. */
const filesOf = (key: string, seen = new Set<string>()): Set<string> => {
  const chunk = manifest[key]
  if (!chunk) throw new Error(`The manifest has no ${key}. Build the console first.`)
  if (seen.has(chunk.file)) return seen
  seen.add(chunk.file)
  for (const css of chunk.css ?? []) seen.add(css)
  for (const next of chunk.imports ?? []) filesOf(next, seen)
  return seen
}

const sum = (files: Iterable<string>, ending: string): number =>
  [...files].filter((file) => file.endsWith(ending)).reduce((total, file) => total + weightOf(file), 0)

const inKilobytes = (bytes: number) => `${(bytes / kilobyte).toFixed(1)} KB`

// Layout pages load with any page inside them; counting all of them for each page errs on the safe side.
const frames = Object.keys(manifest).filter((key) => /^src\/console\/features\/.*-pages\.tsx$/.test(key))
const entry = filesOf('index.html')
for (const frame of frames) filesOf(frame, entry)
const theme = gzipSync(readFileSync(join(folder, 'theme.js'))).byteLength
const pages = Object.keys(manifest).filter((key) => /^src\/console\/pages\/[^/]+\.tsx$/.test(key))
const written = readdirSync(join(root, 'src/console/pages')).filter((name) => name.endsWith('.tsx'))
if (pages.length === 0 || written.length === 0) throw new Error('The build has no pages. The check would hold nothing.')

let failed = false
for (const page of pages.sort()) {
  const files = filesOf(page, new Set(entry))
  const [js, css] = [sum(files, '.js') + theme, sum(files, '.css')]
  const within = js <= budget.js && css <= budget.css
  failed ||= !within
  console.log(`${within ? 'within' : 'OVER  '}  JS ${inKilobytes(js)}  CSS ${inKilobytes(css)}  ${page}`)
}
console.log(`Budget of a page, gzip: JS ${inKilobytes(budget.js)}, CSS ${inKilobytes(budget.css)}.`)
if (failed) process.exit(1)
