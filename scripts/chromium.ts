import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { chromium } from '@playwright/test'

/** Executable names of a system browser; Debian's package is the first. */
const systemNames = ['chromium', 'google-chrome', 'google-chrome-stable']

const onPath = (): string | undefined =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap((folder) => systemNames.map((name) => join(folder, name)))
    .find(existsSync)

/**
 * Returns the path of the browser: Playwright's own, or the system's; without either, the path where Playwright
 * installs its own.
 */
const chromiumPath = (): string => {
  const own = chromium.executablePath()
  return existsSync(own) ? own : (onPath() ?? own)
}

/**
 * Disabled browser features. Only the last such switch counts, so this list must include Playwright's own; those for
 * other systems are left out.
 */
const withoutFeatures = [
  // With each window Chromium prepares the suggestion list of its address bar as two more pages. No test sees them, and
  // they take longer than most pages of the console.
  'WebUIOmniboxAimPopup',
  'WebUIOmniboxPopup',
  // Starting a spare process for a future page takes as long as starting one for a real page.
  'SpareRendererForSitePerProcess',
  // Playwright's: they make pages predictable for tests …
  'AvoidCorsURLLoaderRestartOnRedirect',
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsFirstBalancedModeAutoEnable',
  'HttpsUpgrades',
  'LensOverlay',
  'MediaRouter',
  'PaintHolding',
  'ThirdPartyStoragePartitioning',
  // … and prevent requests to other services.
  'AimEnabled',
  'NetworkTimeServiceQuerying',
  'OptimizationHints',
  'PreconnectToSearch',
]

/** Returns Playwright's launch options, for tests and measurements. */
export const chromiumLaunch = () => ({
  executablePath: chromiumPath(),
  args: [
    // Background work of the browser must not disturb a test or reach the network.
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
    `--disable-features=${withoutFeatures}`,
    // Chromium's sandbox refuses to run as root.
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  ],
})

const explanation =
  'There is no Chromium, and it could not be installed. ' +
  'Run “npx playwright install --with-deps chromium”, or install your system’s package “chromium”.'

/** Installs Playwright's own Chromium when there is no browser. Throws one line that says what to install. */
export const ensureChromium = (): void => {
  if (existsSync(chromiumPath())) return
  const playwright = join(import.meta.dirname, '../node_modules/@playwright/test/cli.js')
  try {
    execFileSync(process.execPath, [playwright, 'install', 'chromium'], { stdio: 'inherit' })
    // A fresh system may lack libraries that the browser needs.
    if (process.platform === 'linux') execFileSync(chromiumPath(), ['--version'], { stdio: 'ignore' })
  } catch {
    throw new Error(explanation)
  }
}
