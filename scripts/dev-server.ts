import { spawn } from 'node:child_process'
import { join } from 'node:path'

// Runs the console in Vite, with hot reloading, against the real server with its own data folder.

const root = join(import.meta.dirname, '..')
const environment = {
  ...process.env,
  DATA_DIR: process.env.DATA_DIR ?? join(root, 'data/dev'),
  // The address where Vite serves the console, so that the set-up link opens it.
  PUBLIC_URL: 'http://localhost:5173',
}
const run = (...args: string[]) =>
  spawn(process.execPath, args, { cwd: root, env: environment, stdio: 'inherit' }).on('exit', () => stop())

const processes = [run('--watch', 'src/server/node/main.js'), run('node_modules/vite/bin/vite.js', '--mode', 'server')]
const stop = () => {
  for (const child of processes) child.kill()
}
process.on('SIGINT', stop)
process.on('SIGTERM', stop)
