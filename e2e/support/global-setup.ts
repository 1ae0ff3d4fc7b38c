import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { ensureChromium } from '../../scripts/chromium.ts'

/** Prepares what a fresh checkout lacks: a browser, and the console built from these sources. */
export default function prepare(): void {
  ensureChromium()
  execFileSync(process.execPath, [join(import.meta.dirname, '../../scripts/prepare.ts')], { stdio: 'inherit' })
}
