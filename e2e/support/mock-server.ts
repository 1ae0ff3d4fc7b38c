import { createServer } from 'vite'

// The console on the mock, as `npm run dev` serves it. It uses its own Vite cache, because two servers that share one
// corrupt it.

const server = await createServer({
  cacheDir: 'node_modules/.cache/vite-e2e',
  server: { host: '127.0.0.1', port: Number(process.argv[2]), strictPort: true, hmr: false, watch: null },
})
await server.listen()
