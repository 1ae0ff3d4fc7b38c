import type { Page } from '@playwright/test'
import { barriers, barriersOfColours } from './support/barriers.ts'
import { expect, test, testAlone } from './support/fixtures.ts'
import type { Sample } from './support/sample.ts'
import { type Sight, sights, sightsAtFirst, sightsOutside } from './support/screen-states.ts'

// Everything that there is to see: no barrier that axe knows, dark and light, and no scrolling to the side in small windows.

const usual = { width: 1280, height: 720 }
/** A telephone, and a common window at 200 % zoom. */
const narrow = [390, 640]

/** By how many pixels the page is wider than its window. */
const overhang = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - innerWidth)

const look = async (page: Page, { path, heading, open }: Sight, sample: Sample): Promise<void> => {
  await page.setViewportSize(usual)
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.goto(path(sample))
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(heading)
  await expect(page.getByText('Loading…')).toHaveCount(0)
  await open?.(page, sample)
  await expect(page.getByText('Loading…')).toHaveCount(0)
  expect.soft(await barriers(page), 'dark').toEqual([])
  await page.emulateMedia({ colorScheme: 'light' })
  expect.soft(await barriersOfColours(page), 'light').toEqual([])
  for (const width of narrow) {
    await page.setViewportSize({ ...usual, width })
    await expect.soft.poll(() => overhang(page), `at ${width} pixels`).toBeLessThanOrEqual(0)
  }
  await page.unrouteAll()
}

const lookAtAll = async (page: Page, all: readonly Sight[], sample: Sample): Promise<void> => {
  for (const sight of all) await test.step(sight.name, () => look(page, sight, sample))
}

const noSample: Sample = { project: '', cluster: '', secret: '' }

/** Some sights are of failures. */
const anyFailure = /^Failed to load resource|Failed to fetch dynamically imported module/

for (const [place, all] of Object.entries(sights)) {
  test(`everybody can see ${place}`, async ({ page, expectedErrors, sample }) => {
    expectedErrors.push(anyFailure)
    await lookAtAll(page, all, sample)
  })
}

test.describe('without a session', () => {
  test.use({ storageState: { cookies: [], origins: [] } })
  test('everybody can see the pages that are left', async ({ page, expectedErrors }) => {
    expectedErrors.push(anyFailure)
    await lookAtAll(page, sightsOutside, noSample)
  })
})

testAlone('everybody can see the pages before the set-up', async ({ page }) => {
  await lookAtAll(page, sightsAtFirst, noSample)
})
