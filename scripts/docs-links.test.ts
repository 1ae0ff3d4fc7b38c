import { existsSync, globSync, readFileSync } from 'node:fs'
import { basename, dirname, join, normalize } from 'node:path'
import { expect, it } from 'vitest'

// Documentation names files and sections. This test finds names that are outdated after a rename or a move.

const root = join(import.meta.dirname, '..')
const folders = 'docs,src,e2e,bench,faults,ops,scripts'
const read = (file: string) => readFileSync(join(root, file), 'utf8')
const list = (pattern: string) => globSync(pattern, { cwd: root, exclude: ['**/node_modules'] }).sort()

const pages = [...list('*.md'), ...list(`{${folders}}/**/*.md`)]
const sources = [...list('*.ts'), ...list(`{${folders}}/**/*.{ts,tsx}`)]
const sourceNames = new Set(sources.map((source) => basename(source)))

const fence = /^```.*?^```/gms
const withoutCode = (text: string) => text.replace(fence, '').replace(/`[^`\n]+`/g, '')
const code = (text: string) => [...(text.match(fence) ?? []), ...(text.replace(fence, '').match(/`[^`\n]+`/g) ?? [])]

/** Returns the anchors of a page's headings, by the rules of GitHub. */
const anchorsOf = (text: string): Set<string> => {
  const anchors = new Set<string>()
  for (const [, heading = ''] of text.replace(fence, '').matchAll(/^#{1,6} (.+)$/gm)) {
    const slug = heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-')
    let anchor = slug
    for (let count = 1; anchors.has(anchor); count++) anchor = `${slug}-${count}`
    anchors.add(anchor)
  }
  return anchors
}

/**
 * Returns whether `target`, a path with or without an anchor, leads from the folder to an existing file and heading.
 */
const resolves = (folder: string, page: string, target: string): boolean => {
  const [path = '', anchor] = target.split('#')
  const file = path === '' ? page : normalize(join(folder, path))
  if (!existsSync(join(root, file))) return false
  return anchor === undefined || anchorsOf(read(file)).has(anchor)
}

/** Returns whether a path in a page's code exists: from the root, from the page's folder, or from `src` or `src/server`. */
const exists = (page: string, path: string): boolean =>
  ['', dirname(page), 'src', 'src/server'].some((base) => existsSync(join(root, base, path)))

it.each(pages)('%s links only to files and headings that exist', (page) => {
  const targets = [...withoutCode(read(page)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target)
  const relative = targets.filter((target) => !/^[a-z]+:/.test(target))
  expect(relative.filter((target) => !resolves(dirname(page), page, target))).toEqual([])
})

it.each(pages)('%s names only source files that exist', (page) => {
  const named = code(read(page)).flatMap((text) => [
    ...(text.match(new RegExp(`(?<![\\w./#-])(?:${folders.replaceAll(',', '|')})/[\\w./-]*[\\w-]`, 'g')) ?? []),
    ...(text.match(/(?<![\w./>*-])[\w-][\w./-]*\.tsx?(?![\w-])/g) ?? []),
  ])
  expect(named.filter((path) => !(path.includes('/') ? exists(page, path) : sourceNames.has(path)))).toEqual([])
})

it('finds every page that the sources name', () => {
  const named = [...sources, ...list('ops/*')].flatMap((file) =>
    [...read(file).matchAll(/\bdocs\/[\w./-]+\.md(?:#[\w-]+)?/g)].map(([target]) => ({ file, target })),
  )
  expect(named).not.toEqual([])
  expect(named.filter(({ target }) => !resolves('', '', target))).toEqual([])
})
