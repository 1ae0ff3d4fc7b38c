import type { Locator, Page } from '@playwright/test'

/**
 * The rows of a list, also while a dialog hides the page behind it from assistive technology. Without those, waiting for
 * a row to go would be over as soon as the question whether to delete it is asked.
 */
export const listRows = (page: Page, name: string): Locator =>
  page.getByRole('list', { name, includeHidden: true }).getByRole('listitem', { includeHidden: true })
