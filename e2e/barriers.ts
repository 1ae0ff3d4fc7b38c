import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import axe from 'axe-core'

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

/** Those of them that colours decide about. */
const ofColours = ['color-contrast', 'link-in-text-block']

/** What axe finds on a page against WCAG 2.2 A and AA, with what it says of each place. */
export const barriers = (page: Page) => found(page, (builder) => builder.withTags(rules))

/** The same of what has been looked at just before, in other colours: nothing else about it can have changed. */
export const barriersOfColours = (page: Page) => found(page, (builder) => builder.withRules(ofColours))

const found = async (page: Page, narrowed: (builder: AxeBuilder) => AxeBuilder) => {
  // The builder would send axe, half a megabyte, twice for each look.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source)
  // The other mode opens a page more for each look, on account of frames, which there are none of.
  const { violations } = await narrowed(new AxeBuilder({ page, axeSource: 'axe;' }))
    .setLegacyMode()
    .analyze()
  return violations.map(({ id, nodes }) => ({
    id,
    at: nodes.map(({ html, failureSummary }) => [html, failureSummary]),
  }))
}
