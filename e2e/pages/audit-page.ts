import { expect, type Locator, type Page } from '@playwright/test'
import { listRows } from './list-rows.ts'

/** The audit trail of the team. */
export class AuditPage {
  readonly page: Page
  readonly rows: Locator
  readonly person: Locator
  readonly action: Locator
  readonly name: Locator
  readonly from: Locator
  readonly to: Locator
  readonly clear: Locator

  constructor(page: Page) {
    this.page = page
    this.rows = listRows(page, 'Audit trail')
    const filters = page.getByRole('search')
    this.person = filters.getByRole('combobox', { name: 'Person' })
    this.action = filters.getByRole('combobox', { name: 'Action' })
    this.name = filters.getByRole('searchbox', { name: 'Name' })
    this.from = filters.getByLabel('From day')
    this.to = filters.getByLabel('To day')
    this.clear = page.getByRole('button', { name: 'Clear filter' })
  }

  async open(): Promise<void> {
    await this.page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Team settings' }).click()
    await this.page.getByRole('link', { name: 'Audit', exact: true }).click()
    await expect(this.rows.first()).toBeVisible()
  }

  /** Presses a button that downloads a file. Returns the file's name and its path on this machine. */
  async download(button: string): Promise<{ name: string; path: string }> {
    const download = this.page.waitForEvent('download')
    await this.page.getByRole('button', { name: button }).click()
    const file = await download
    return { name: file.suggestedFilename(), path: await file.path() }
  }
}
