import { availableParallelism } from 'node:os'
import { defineConfig } from '@playwright/test'
import type { Options } from './e2e/support/fixtures.ts'
import { chromiumLaunch } from './scripts/chromium.ts'

// What is typed into the pages must not get into a report: no trace, no video, no screenshot, and by this no description
// of the page beside an error.
process.env.PLAYWRIGHT_NO_COPY_PROMPT = '1'

// One port a run, which its workers read from the environment: several runs may go on at once.
process.env.MOCK_PORT ??= String(20_000 + Math.floor(Math.random() * 10_000))
const mock = { port: Number(process.env.MOCK_PORT), address: `http://127.0.0.1:${process.env.MOCK_PORT}` }

/** What runs on the mock as it runs on the server: the very same files. */
const onBoth = ['secrets.spec.ts', 'scopes.spec.ts', 'history.spec.ts', 'trash.spec.ts']

export default defineConfig<Options>({
  testDir: 'e2e',
  outputDir: 'test-results',
  globalSetup: './e2e/support/global-setup.ts',
  fullyParallel: true,
  forbidOnly: true,
  workers: availableParallelism(),
  retries: 0,
  // Long enough for a machine that is busy with other work.
  timeout: 120_000,
  expect: { timeout: 20_000 },
  // Not the one in HTML: its steps are titled with what was typed.
  reporter: 'line',
  use: {
    browserName: 'chromium',
    launchOptions: chromiumLaunch(),
    actionTimeout: 20_000,
    navigationTimeout: 30_000,
    // Nothing has to be waited for while it moves.
    contextOptions: { reducedMotion: 'reduce' },
    trace: 'off',
    video: 'off',
    screenshot: 'off',
  },
  projects: [
    { name: 'server', use: { mockAddress: undefined } },
    { name: 'mock', use: { mockAddress: mock.address }, testMatch: onBoth },
  ],
  webServer: {
    name: 'mock',
    command: `"${process.execPath}" e2e/support/mock-server.ts ${mock.port}`,
    url: mock.address,
    reuseExistingServer: false,
    timeout: 60_000,
  },
})
