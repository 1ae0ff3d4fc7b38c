import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

/** Those of them that colours decide about. */
const ofColours = ['color-contrast', 'link-in-text-block']

/** What axe finds on a page against WCAG 2.2 A and AA, with what it says of each place. */
export const barriers = (page: Page) => found(new AxeBuilder({ page }).withTags(rules))

/** The same of what has been looked at just before, in other colours: nothing else about it can have changed. */
export const barriersOfColours = (page: Page) =>
  // Its source is in the page from before.
  found(new AxeBuilder({ page, axeSource: 'axe;' }).withRules(ofColours))

const found = async (axe: AxeBuilder) => {
  // The other mode opens a page more for each look, on account of frames, which there are none of.
  const { violations } = await axe.setLegacyMode().analyze()
  return violations.map(({ id, nodes }) => ({
    id,
    at: nodes.map(({ html, failureSummary }) => [html, failureSummary]),
  }))
}
