import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** Has the command line built from the sources as they are, once before all tests. */
export default function prepare(): void {
  const script = fileURLToPath(new URL('../../../scripts/prepare-cli.ts', import.meta.url))
  execFileSync(process.execPath, [script], { stdio: 'inherit' })
}
