import type { Page } from '@playwright/test'
import { barriers } from './barriers.ts'
import { expect, test, testAlone } from './fixtures.ts'
import type { Sample } from './sample.ts'
import { type Sight, sights, sightsAtFirst, sightsOutside } from './sights.ts'

// Everything that there is to see: no barrier that axe knows, dark and light, and no scrolling to the side in small windows.

/** A telephone, and a common window at 200 % zoom. */
const narrow = [390, 640]

/** By how many pixels the page is wider than its window. */
const overhang = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - innerWidth)

const noSample: Sample = { project: '', cluster: '', secret: '' }

const look = async (page: Page, sight: Sight, sample: Sample): Promise<void> => {
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.goto(sight.path(sample))
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(sight.heading)
  await expect(page.getByText('Loading…')).toHaveCount(0)
  await sight.open?.(page, sample)
  await test.step('dark', async () => expect(await barriers(page)).toEqual([]))
  await page.emulateMedia({ colorScheme: 'light' })
  await test.step('light', async () => expect(await barriers(page)).toEqual([]))
  for (const width of narrow) {
    await page.setViewportSize({ width, height: 800 })
    await expect.poll(() => overhang(page), `at ${width} pixels`).toBeLessThanOrEqual(0)
  }
}

/** Some sights are of failures. */
const anyFailure = /^Failed to load resource|Failed to fetch dynamically imported module/

for (const sight of sights) {
  test(`${sight.name} can be seen by everybody`, async ({ page, expectedErrors, sample }) => {
    expectedErrors.push(anyFailure)
    await look(page, sight, sample)
  })
}

test.describe('outside', () => {
  test.use({ storageState: { cookies: [], origins: [] } })
  for (const sight of sightsOutside) {
    test(`${sight.name} can be seen by everybody`, async ({ page, expectedErrors }) => {
      expectedErrors.push(anyFailure)
      await look(page, sight, noSample)
    })
  }
})

testAlone('the pages before the set-up can be seen by everybody', async ({ page }) => {
  for (const sight of sightsAtFirst) {
    await testAlone.step(sight.name, () => look(page, sight, noSample))
  }
})
