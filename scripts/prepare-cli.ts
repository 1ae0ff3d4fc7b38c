import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { digestOf } from './digest.ts'

// Bundles the command line when its sources have changed: unbundled, reading some hundred files takes longer than Node's
// own start. With --print it says where the bundle is, for those who run it.

const root = join(import.meta.dirname, '..')
const bundles = join(root, 'dist/cli')

/** What a request takes: the client, the schemas of what it answers, and what commands do around it. */
const forRequests =
  /node_modules.zod|src.client.(request|workload-calls)|src.shared.(failure-body|page|plans.plan|scope|secret|workload.(secret-use|workload))\.ts|src.cli.(http.(node-fetch|http-errors|open-client|all-pages)|options.validate-input|output.table)\.ts/

const digest = digestOf(
  root,
  ['package.json', 'package-lock.json', 'tsconfig.base.json', 'scripts/prepare-cli.ts', 'src/{cli,client,shared}/**'],
  ['**/*.test.ts', 'src/cli/{testing,golden}/**'],
)
// By its sources’ name: what was built from others stands beside it, and whoever runs it goes on.
const folder = join(bundles, digest.slice(0, 16))
const main = join(folder, 'main.cjs')

if (!existsSync(main)) {
  console.error('Building the command line …')
  const fresh = `${folder}.${process.pid}`
  await bundle(fresh).catch((error: Error) => {
    console.error(error.message)
    process.exit(1)
  })
  try {
    renameSync(fresh, folder)
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true })
    // Somebody else has just built the same.
    if (!existsSync(main)) throw error
  }
  dropOld()
}
if (process.argv.includes('--print')) console.log(main)

/** Bundles for Node, with each command in files of its own, which are loaded when it is called. */
async function bundle(outDir: string) {
  mkdirSync(bundles, { recursive: true })
  const { build } = await import('vite')
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    // Its pseudo-terminals are a library for each kind of machine.
    ssr: { noExternal: true, external: ['@lydell/node-pty'] },
    build: {
      ssr: 'src/cli/main.ts',
      outDir,
      target: 'node22',
      minify: true,
      copyPublicDir: false,
      rolldownOptions: {
        output: {
          // Modules of Node are made when they are needed; imported, they are made with all that they export.
          format: 'cjs',
          entryFileNames: '[name].cjs',
          chunkFileNames: '[name]-[hash].cjs',
          // What most commands need stands together: each file more takes as long as some hundred lines.
          codeSplitting: {
            groups: [
              { name: 'start', tags: ['$initial'], priority: 2 },
              { name: 'api', test: forRequests, priority: 1 },
            ],
          },
        },
      },
    },
  })
}

/** Keeps the two newest, since one of a moment ago may still run and load more of itself. */
function dropOld() {
  const ages = readdirSync(bundles, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && /^[0-9a-f]{16}$/.test(entry.name))
    .map(({ name }) => ({ name, at: statSync(join(bundles, name)).mtimeMs }))
    .sort((one, other) => other.at - one.at)
  for (const { name } of ages.slice(2)) rmSync(join(bundles, name), { recursive: true, force: true })
}
