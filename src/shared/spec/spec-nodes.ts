import { type Alias, isAlias, isMap, isPair, isScalar, isSeq, type Node } from 'yaml'
import { parseSpec, type SpecProblem } from './spec-yaml.ts'

/** A key of a map with its value. For merged maps, `line` is where the key is written. */
export type SpecEntry = { name: string; line: number; value: unknown }

/** Accessors for the nodes of a spec. They follow aliases and merges, and collect problems. */
export type SpecNodes = {
  root: unknown
  problems: SpecProblem[]
  /** Returns whether the limit of entries was reached, so that the result is incomplete. */
  isExhausted: () => boolean
  /** Returns the line of `node`, or `otherwise` for a missing one. */
  lineOf: (node: unknown, otherwise: number) => number
  /** Returns the target of an alias, and any other node itself. */
  follow: (node: unknown) => unknown
  entries: (map: unknown) => Map<string, SpecEntry>
  items: (list: unknown) => unknown[]
}

/** Maximum number of entries and items of one file, counted as often as aliases and merges repeat them. */
export const maxEntries = 10_000
const maxMergeDepth = 20

/** Quotes a name for a message: shortened, without characters that control a terminal. */
export const shown = (name: string): string => {
  const short = name.length > 60 ? `${name.slice(0, 60)}…` : name
  return `“${short.replaceAll(/[\p{C}\p{Z}]/gu, (sign) => (sign === ' ' ? sign : '�'))}”`
}

/**
 * Returns the target of each alias: the last node before it with its anchor. Iterative, because a file may be nested
 * deeply.
 */
const aliasTargets = (contents: unknown): Map<Alias, Node> => {
  const anchored = new Map<string, Node>()
  const targets = new Map<Alias, Node>()
  const ahead = [contents]
  while (ahead.length > 0) {
    const node = ahead.pop()
    if (isAlias(node)) {
      const target = anchored.get(node.source)
      if (target) targets.set(node, target)
    } else if (isPair(node)) ahead.push(node.value, node.key)
    else if (isMap(node) || isSeq(node) || isScalar(node)) {
      if (node.anchor) anchored.set(node.anchor, node)
      if (!isScalar(node)) for (const item of node.items.toReversed()) ahead.push(item)
    }
  }
  return targets
}

const isMerge = (key: unknown): boolean => isScalar(key) && key.type === 'PLAIN' && key.value === '<<'

export const openSpec = (text: string): SpecNodes => {
  const { contents, lineAt, problems } = parseSpec(text)
  const targets = aliasTargets(contents)
  let spent = 0

  const lineOf = (node: unknown, otherwise: number) => {
    const start = (node as Partial<Node> | null)?.range?.[0]
    return start === undefined ? otherwise : lineAt(start)
  }

  const follow = (node: unknown) => (isAlias(node) ? targets.get(node) : node)

  const read = (map: unknown, depth: number): Map<string, SpecEntry> => {
    const entries = new Map<string, SpecEntry>()
    const merges: { line: number; source: unknown }[] = []
    if (!isMap(map)) return entries
    for (const { key, value } of map.items) {
      if (++spent > maxEntries) return entries
      const line = lineOf(key, 1)
      if (isMerge(key)) {
        merges.push({ line, source: value })
        continue
      }
      const name = follow(key)
      if (!isScalar(name)) {
        problems.push({ line, message: 'A map or a list is no name here. Write text before the “:”.' })
        continue
      }
      const entry = { name: String(name.value), line, value }
      const first = entries.get(entry.name)
      if (first) problems.push({ line, message: twice(entry.name, first.line) })
      else entries.set(entry.name, entry)
    }
    // Own keys override merged ones, and earlier merges override later ones.
    for (const { line, source } of merges) {
      for (const entry of merged(source, line, depth)) if (!entries.has(entry.name)) entries.set(entry.name, entry)
    }
    return entries
  }

  const merged = (source: unknown, line: number, depth: number): SpecEntry[] => {
    const from = follow(source)
    const maps = isSeq(from) ? from.items.map(follow) : [from]
    spent += maps.length
    if (spent > maxEntries) return []
    if (depth === maxMergeDepth) {
      problems.push({ line, message: `Merges reach more than ${maxMergeDepth} deep, or go in a circle.` })
      return []
    }
    if (!maps.every(isMap)) {
      problems.push({
        line,
        message: '“<<” merges maps only: an alias whose anchor is on a map above, or a list of such.',
      })
    }
    return maps.flatMap((map) => [...read(map, depth + 1).values()])
  }

  const items = (list: unknown) => {
    if (!isSeq(list)) return []
    spent += list.items.length
    return spent > maxEntries ? [] : list.items
  }

  const isExhausted = () => spent > maxEntries
  return { root: contents, problems, isExhausted, lineOf, follow, entries: (map) => read(map, 0), items }
}

export const twice = (name: string, firstLine: number): string =>
  `${shown(name)} is here twice; the first is on line ${firstLine}. Remove one.`
