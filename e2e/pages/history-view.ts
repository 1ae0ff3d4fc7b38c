import type { Locator, Page } from '@playwright/test'
import { listRows } from './list-rows.ts'
import { pageButton } from './page-button.ts'

/** The versions of one secret, which replace its row. */
export class HistoryView {
  readonly page: Page
  readonly name: string
  readonly opener: Locator
  readonly close: Locator
  readonly rows: Locator
  readonly more: Locator
  /** The dialog that confirms restoring a version. */
  readonly restoring: Locator
  /** The dialog that confirms purging a version. */
  readonly purging: Locator

  constructor(page: Page, name: string) {
    this.page = page
    this.name = name
    this.opener = pageButton(page, `History of ${name}`)
    this.close = pageButton(page, `Close the history of ${name}`)
    this.rows = listRows(page, `Versions of ${name}`)
    this.more = page.getByRole('region', { name: `History of ${name}` }).getByRole('button', { name: 'Show more' })
    this.restoring = page.getByRole('dialog', { name: 'Restore version ' })
    this.purging = page.getByRole('alertdialog', { name: 'Purge version ' })
  }

  row(version: number): Locator {
    return this.rows.filter({ has: this.page.getByText(`Version ${version}`, { exact: true }) })
  }

  restore(version: number): Locator {
    return pageButton(this.page, `Restore version ${version} of ${this.name}`)
  }

  purge(version: number): Locator {
    return pageButton(this.page, `Purge version ${version} of ${this.name}`)
  }
}
