import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { ensureChromium } from '../../scripts/chromium.ts'

/** What the tests need and a fresh checkout lacks: a browser, and the console as it is built from these sources. */
export default function prepare(): void {
  ensureChromium()
  execFileSync(process.execPath, [join(import.meta.dirname, '../../scripts/prepare.ts')], { stdio: 'inherit' })
}
