import type { Locator, Page } from '@playwright/test'

/**
 * Finds a button of the page itself, by its exact name. A dialog often has a button of the same name, and while the
 * dialog closes both are accessible: dialogs are rendered outside `main`.
 */
export const pageButton = (page: Page, name: string): Locator =>
  page.getByRole('main').getByRole('button', { name, exact: true })
