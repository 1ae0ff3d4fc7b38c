import type { Page } from '@playwright/test'
import axe from 'axe-core'

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

/** The rules that depend on colours. */
const colourRules = ['color-contrast', 'link-in-text-block']

/** Returns the violations of WCAG 2.2 A and AA that axe finds on a page, with its explanation of each element. */
export const accessibilityViolations = (page: Page) => runAxe(page, { type: 'tag', values: rules })

/** Checks only the colour rules, after the same state was checked in other colours: nothing else can have changed. */
export const colourViolations = (page: Page) => runAxe(page, { type: 'rule', values: colourRules })

const runAxe = async (page: Page, runOnly: axe.RunOnly) => {
  // Half a megabyte, injected once per page.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source)
  // axe's own builder for Playwright transfers all passed checks as well, which takes several times as long as the
  // analysis.
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
