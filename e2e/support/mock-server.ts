import { createServer } from 'vite'

// The console on the mock, as `npm run dev` serves it. Its cache is its own: of two servers that share one, each spoils
// the other's.

const server = await createServer({
  cacheDir: 'node_modules/.cache/vite-e2e',
  server: { host: '127.0.0.1', port: Number(process.argv[2]), strictPort: true, hmr: false, watch: null },
})
await server.listen()
