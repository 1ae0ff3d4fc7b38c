import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../../..')

/** Builds the command line from its current sources, once before all tests. */
export default function buildCommandLine(): void {
  const vite = join(root, 'node_modules/vite/bin/vite.js')
  const args = ['build', '--config', 'vite.cli.config.ts', '--logLevel', 'warn']
  execFileSync(process.execPath, [vite, ...args], { cwd: root, stdio: 'inherit' })
}
