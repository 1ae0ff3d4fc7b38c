import type { Page } from '@playwright/test'
import axe from 'axe-core'

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

/** Those of them that colours decide about. */
const ofColours = ['color-contrast', 'link-in-text-block']

/** What axe finds on a page against WCAG 2.2 A and AA, with what it says of each place. */
export const barriers = (page: Page) => found(page, { type: 'tag', values: rules })

/** The same of what has been looked at just before, in other colours: nothing else about it can have changed. */
export const barriersOfColours = (page: Page) => found(page, { type: 'rule', values: ofColours })

const found = async (page: Page, runOnly: axe.RunOnly) => {
  // Half a megabyte, once for each page.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source)
  // Not by axe's builder for Playwright, which sends all that axe has found in order: that takes several times as long as
  // the look itself.
  return page.evaluate(async (only) => {
    const { violations } = await window.axe.run(document, { runOnly: only, resultTypes: ['violations'] })
    return violations.map(({ id, nodes }) => ({
      id,
      at: nodes.map(({ html, failureSummary }) => [html, failureSummary]),
    }))
  }, runOnly)
}

declare global {
  interface Window {
    axe: typeof axe
  }
}
