import react from '@vitejs/plugin-react'
import { msw } from 'msw/vite'
import { defineConfig, type PluginOption } from 'vite'

/** Serves the mock's service worker while developing. Its own hook for builds would put the worker into them. */
const mockWorker = (): PluginOption => ({ ...msw({ mode: 'worker-only' }), apply: 'serve' })

/**
 * The console. `vite` runs it on the mock, `vite --mode server` against the server at `PORT`,
 * and `vite build` makes what the server serves.
 */
export default defineConfig(({ mode }) => {
  const server = `http://127.0.0.1:${process.env.PORT ?? 8300}`
  return {
    plugins: [react(), ...(mode === 'server' ? [] : [mockWorker()])],
    // Its WebAssembly is found by its own address, which bundling would change.
    optimizeDeps: { exclude: ['@sqlite.org/sqlite-wasm'] },
    server: {
      port: 5173,
      ...(mode === 'server' ? { proxy: { '/v1': server, '/healthz': server, '/readyz': server } } : {}),
    },
    build: {
      outDir: 'dist/console',
      emptyOutDir: true,
      sourcemap: false,
      // Which file needs which, for the budget check.
      manifest: true,
      // The content security policy allows no `data:` addresses.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rolldownOptions: {
        output: {
          // One file for what most pages share: a page then needs a third of the requests, and 7 KB less, because small
          // files compress badly. With a lower count, pages load much that they do not need.
          codeSplitting: { groups: [{ name: 'common', minShareCount: 8 }] },
        },
      },
    },
  }
})
