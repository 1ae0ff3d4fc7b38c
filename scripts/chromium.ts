import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { chromium } from '@playwright/test'

/** Names under which a system's own browser may be on the PATH; Debian's package is the first. */
const systemNames = ['chromium', 'google-chrome', 'google-chrome-stable']

const onPath = (): string | undefined =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap((folder) => systemNames.map((name) => join(folder, name)))
    .find(existsSync)

/** Where the browser is: Playwright's own, else the system's; with neither, where Playwright will put its own. */
const chromiumPath = (): string => {
  const own = chromium.executablePath()
  return existsSync(own) ? own : (onPath() ?? own)
}

/**
 * Parts of the browser that are switched off. The last such switch counts, so that Playwright's own ones have to be among
 * them; those that are for other systems are not.
 */
const withoutFeatures = [
  // With each window Chromium makes the list of its address bar ready, as two more pages of their own. No test sees them,
  // and they take longer than most pages of the console.
  'WebUIOmniboxAimPopup',
  'WebUIOmniboxPopup',
  // A process for a page that may come takes as long to start as one for a page that does.
  'SpareRendererForSitePerProcess',
  // Playwright's, for pages that do what a test asks of them …
  'AvoidCorsURLLoaderRestartOnRedirect',
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsFirstBalancedModeAutoEnable',
  'HttpsUpgrades',
  'LensOverlay',
  'MediaRouter',
  'PaintHolding',
  'ThirdPartyStoragePartitioning',
  // … and that ask nobody else.
  'AimEnabled',
  'NetworkTimeServiceQuerying',
  'OptimizationHints',
  'PreconnectToSearch',
]

/** How Playwright starts the browser, for tests and measurements. */
export const chromiumLaunch = () => ({
  executablePath: chromiumPath(),
  args: [
    // Nothing that the browser does on its own may disturb a test or leave the machine.
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

/** Installs Playwright's own Chromium when there is no browser at all. Throws one line that says what to install. */
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
