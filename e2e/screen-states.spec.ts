import type { Page } from '@playwright/test'
import { accessibilityViolations, colourViolations } from './support/accessibility-violations.ts'
import { expect, test, testAlone } from './support/fixtures.ts'
import type { Sample } from './support/sample.ts'
import { type ScreenState, screenStates, statesBeforeSetUp, statesBeforeSignIn } from './support/screen-states.ts'

// Every screen state: no accessibility violation that axe finds, in dark and light colours, and no horizontal scrolling
// in small windows.

const usual = { width: 1280, height: 720 }
/** A phone, and a common window at 200 % zoom. */
const narrow = [390, 640]

/** Returns by how many pixels the page is wider than its window. */
const overflow = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - innerWidth)

const check = async (page: Page, { path, heading, open }: ScreenState, sample: Sample): Promise<void> => {
  await page.setViewportSize(usual)
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.goto(path(sample))
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(heading)
  await expect(page.getByText('Loading…')).toHaveCount(0)
  await open?.(page, sample)
  await expect(page.getByText('Loading…')).toHaveCount(0)
  expect.soft(await accessibilityViolations(page), 'dark').toEqual([])
  await page.emulateMedia({ colorScheme: 'light' })
  expect.soft(await colourViolations(page), 'light').toEqual([])
  for (const width of narrow) {
    await page.setViewportSize({ ...usual, width })
    await expect.soft.poll(() => overflow(page), `at ${width} pixels`).toBeLessThanOrEqual(0)
  }
  await page.unrouteAll()
}

const checkAll = async (page: Page, all: readonly ScreenState[], sample: Sample): Promise<void> => {
  for (const state of all) await test.step(state.name, () => check(page, state, sample))
}

const noSample: Sample = { project: '', cluster: '', secret: '' }

/** Some states show failures. */
const anyFailure = /^Failed to load resource|Failed to fetch dynamically imported module/

for (const [area, all] of Object.entries(screenStates)) {
  test(`${area} is accessible`, async ({ page, expectedErrors, sample }) => {
    expectedErrors.push(anyFailure)
    await checkAll(page, all, sample)
  })
}

test.describe('without a session', () => {
  test.use({ storageState: { cookies: [], origins: [] } })
  test('the pages before sign-in are accessible', async ({ page, expectedErrors }) => {
    expectedErrors.push(anyFailure)
    await checkAll(page, statesBeforeSignIn, noSample)
  })
})

testAlone('the pages before set-up are accessible', async ({ page }) => {
  await checkAll(page, statesBeforeSetUp, noSample)
})
