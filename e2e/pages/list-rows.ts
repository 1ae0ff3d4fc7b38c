import type { Locator, Page } from '@playwright/test'

/**
 * Finds the rows of a list, also while a dialog hides the page from assistive technology. Without those, a wait for a
 * row to disappear would end as soon as the confirmation dialog opens.
 */
export const listRows = (page: Page, name: string): Locator =>
  page.getByRole('list', { name, includeHidden: true }).getByRole('listitem', { includeHidden: true })
