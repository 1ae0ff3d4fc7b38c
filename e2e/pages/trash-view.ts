import { expect, type Locator, type Page } from '@playwright/test'
import { listRows } from './list-rows.ts'
import { pageButton } from './page-button.ts'

/** The deleted secrets of one scope. */
export class TrashView {
  readonly page: Page
  readonly link: Locator
  readonly storedLink: Locator
  readonly filter: Locator
  readonly rows: Locator
  readonly empty: Locator
  readonly restoring: Locator
  readonly purging: Locator

  constructor(page: Page) {
    this.page = page
    const views = page.getByRole('navigation', { name: 'Secrets' })
    this.link = views.getByRole('link', { name: 'Trash' })
    this.storedLink = views.getByRole('link', { name: 'Stored names' })
    this.filter = page.getByRole('searchbox', { name: 'Filter the trash' })
    this.rows = listRows(page, 'Deleted secrets')
    this.empty = page.getByText('Nothing in the trash')
    this.restoring = page.getByRole('dialog')
    this.purging = page.getByRole('alertdialog')
  }

  async open(): Promise<void> {
    await this.link.click()
    await expect(this.page).toHaveURL(/[?&]view=trash$/)
  }

  row(name: string): Locator {
    return this.rows.filter({ has: this.page.getByText(name, { exact: true }) })
  }

  restore(name: string): Locator {
    return pageButton(this.page, `Restore ${name}`)
  }

  purge(name: string): Locator {
    return pageButton(this.page, `Purge… ${name}`)
  }
}
