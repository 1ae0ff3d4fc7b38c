import { defineConfig } from 'vite'

/** Modules that send requests: the client, the schemas of its answers, and the code around both in most commands. */
const forRequests =
  /node_modules.zod|src.client.(request|workload-calls)|src.shared.(failure-body|page|plans.plan|scope|secret|workload.(secret-use|workload))\.ts|src.cli.(http.(node-fetch|http-errors|open-client|all-pages)|options.validate-input|output.table)\.ts/

/**
 * Bundles the command line into `dist/cli`, which `src/cli/gradient.cjs` runs. Unbundled, reading its hundred source
 * files takes longer than Node's own start. Each command is a file of its own, which is loaded when it is called.
 */
export default defineConfig({
  // Native code, with one package for each platform.
  ssr: { noExternal: true, external: ['@lydell/node-pty'] },
  build: {
    ssr: 'src/cli/main.ts',
    outDir: 'dist/cli',
    emptyOutDir: true,
    target: 'node22',
    minify: true,
    copyPublicDir: false,
    rolldownOptions: {
      output: {
        // `require` loads a built-in module on first use; `import` creates the module with all its exports at once.
        format: 'cjs',
        entryFileNames: '[name].cjs',
        chunkFileNames: '[name]-[hash].cjs',
        // Fewer files start faster: each file costs as much as some hundred lines.
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
