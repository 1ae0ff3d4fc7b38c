import type { Locator, Page } from '@playwright/test'
import { listRows } from './list-rows.ts'

/** The versions of one secret, in the place of its row. */
export class HistoryView {
  readonly page: Page
  readonly name: string
  readonly opener: Locator
  readonly close: Locator
  readonly rows: Locator
  readonly more: Locator
  /** The question whether to restore a version. */
  readonly restoring: Locator
  /** The question whether to purge one. */
  readonly purging: Locator

  constructor(page: Page, name: string) {
    this.page = page
    this.name = name
    this.opener = page.getByRole('button', { name: `History of ${name}`, exact: true })
    this.close = page.getByRole('button', { name: `Close the history of ${name}`, exact: true })
    this.rows = listRows(page, `Versions of ${name}`)
    this.more = page.getByRole('region', { name: `History of ${name}` }).getByRole('button', { name: 'Show more' })
    this.restoring = page.getByRole('dialog', { name: 'Restore version ' })
    this.purging = page.getByRole('alertdialog', { name: 'Purge version ' })
  }

  row(version: number): Locator {
    return this.rows.filter({ has: this.page.getByText(`Version ${version}`, { exact: true }) })
  }

  restore(version: number): Locator {
    return this.page.getByRole('button', { name: `Restore version ${version} of ${this.name}`, exact: true })
  }

  purge(version: number): Locator {
    return this.page.getByRole('button', { name: `Purge version ${version} of ${this.name}`, exact: true })
  }
}
