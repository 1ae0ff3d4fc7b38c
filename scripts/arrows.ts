import { join } from 'node:path'
import { cruise, type ICruiseResult, type IForbiddenRuleType } from 'dependency-cruiser'

// Checks the dependencies between rooms that the compiler does not check: inside a TypeScript project every file may
// import every other one. dependency-cruiser reads the sources with swc, because TypeScript 7 has no API for it yet.

const tests = '(\\.test\\.tsx?$|\\.test-d\\.ts$|/testing/|/contract/)'

/** The layers of `src`; each may import itself and the rooms that its entry names. */
const layers: Record<string, string> = {
  shared: 'shared',
  client: 'client|shared',
  'server/(?!node/|testing/)': 'server/(?!node/|testing/)|shared',
  'server/node': 'server/(?!testing/)|shared',
  cli: 'cli|client|shared',
  'console/ui': 'console/ui|client|shared',
  'console/features': 'console/features|console/ui|client|shared',
  'console/pages': 'console/pages|console/features|console/ui|client|shared',
  'console/mock': 'console/mock|server/(?!node/|testing/)|shared',
  'console/entry': 'console/(?!mock/(?!start-mock))',
}

/** The rooms of the server's core; each may import itself, `shared`, and the rooms that its entry names. */
const serverRooms: Record<string, string> = {
  crypto: '',
  audit: 'crypto',
  store: 'crypto|audit',
  identity: 'crypto|store|services/coalescing|deps',
  services: 'crypto|audit|store|identity|deps',
  http: 'crypto|store|identity|services|deps',
  live: 'store|identity|http|deps',
  routes: 'crypto|audit|store|identity|services|http|live|deps',
}

/** Each rule has a name, which its message starts with, and a reason, which says what to do. */
export const rules: readonly IForbiddenRuleType[] = [
  {
    name: 'no-cycles',
    comment: 'Files that import each other are one file, or miss a third one that both import.',
    from: {},
    to: { circular: true },
  },
  ...Object.entries(layers).map(([from, to]) => ({
    name: `layer-${from.replace(/\/\(.*/, '').replace('/', '-')}`,
    comment: `src/${from} may import only src/(${to}).`,
    from: { path: `^src/${from}`, pathNot: tests },
    to: { path: '^src/', pathNot: `^src/(${to})` },
  })),
  ...Object.entries(serverRooms).map(([room, others]) => ({
    name: `server-${room}`,
    comment: `src/server/${room} may import only src/server/(${others}).`,
    from: { path: `^src/server/${room}/`, pathNot: tests },
    to: { path: '^src/server/', pathNot: `^src/server/(${[room, others].filter(Boolean).join('|')})[./]` },
  })),
  {
    name: 'store-by-type-only',
    comment: 'The server uses the store that it is given; what it imports of it is types.',
    from: { path: '^src/server/(routes|http|services|live|identity)/', pathNot: tests },
    to: { path: '^src/server/store/', dependencyTypesNot: ['type-only'] },
  },
  {
    name: 'store-database-inside',
    comment: 'How statements travel is known in src/server/store/db, which only the store and Node’s databases use.',
    from: { path: '^src/', pathNot: `^src/server/(store|node|testing)/|^src/console/mock/|${tests}` },
    to: { path: '^src/server/store/db/' },
  },
  {
    name: 'feature-root',
    comment: 'A feature uses another only through the files at that one’s root.',
    from: { path: '^src/console/features/([^/]+)/' },
    to: { path: '^src/console/features/[^/]+/[^/]+/', pathNot: '^src/console/features/$1/' },
  },
  {
    name: 'page-to-feature-root',
    comment: 'A page uses a feature only through the files at its root.',
    from: { path: '^src/console/(pages|entry)/' },
    to: { path: '^src/console/features/[^/]+/[^/]+/' },
  },
  {
    name: 'node-only-in-node',
    comment: 'Node’s modules are for src/server/node and src/cli.',
    from: { path: '^src/', pathNot: `^src/(server/node|cli)/|${tests}` },
    to: { dependencyTypes: ['core'] },
  },
  {
    name: 'no-tests-in-production',
    comment: 'Production code does not import tests or what they share.',
    from: { path: '^src/', pathNot: tests },
    to: { path: tests },
  },
]

/**
 * Returns every import below `root`/src that a rule forbids, as `rule: from → to`. Throws when a source cannot be read
 * or an import cannot be resolved, so that the check skips nothing.
 */
export const findForbiddenArrows = async (root: string): Promise<string[]> => {
  const { output } = await cruise(['src'], {
    baseDir: root,
    ruleSet: { forbidden: [...rules] },
    validate: true,
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'types', 'default'] },
  })
  const { modules, summary } = output as ICruiseResult
  const lost = modules.flatMap(({ source, dependencies }) =>
    dependencies.filter(({ couldNotResolve }) => couldNotResolve).map(({ module }) => `${source} → ${module}`),
  )
  if (lost.length > 0) throw new Error(`Imports that lead nowhere:\n${lost.join('\n')}`)
  return summary.violations.map(({ rule, from, to, cycle }) =>
    [`${rule.name}: ${from}`, ...(cycle?.map(({ name }) => name) ?? [to])].join(' → '),
  )
}

if (import.meta.main) {
  const found = await findForbiddenArrows(join(import.meta.dirname, '..'))
  const reasons = new Map(rules.map(({ name, comment }) => [name, comment]))
  for (const arrow of found) console.error(`${arrow}\n    ${reasons.get(arrow.slice(0, arrow.indexOf(':')))}`)
  if (found.length > 0) process.exitCode = 1
}
