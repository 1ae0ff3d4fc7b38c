import { expect, type Locator, type Page } from '@playwright/test'
import { listRows } from './list-rows.ts'
import { pageButton } from './page-button.ts'

/** The secrets of one scope, on any page that shows them. */
export class SecretsPage {
  readonly page: Page
  readonly form: Locator
  readonly name: Locator
  readonly value: Locator
  readonly add: Locator
  /** The question whether to replace an existing secret. */
  readonly offer: Locator
  readonly filter: Locator
  /** The filter for unused secrets. */
  readonly unused: Locator
  readonly rows: Locator
  /** The dialog that confirms a deletion. */
  readonly dialog: Locator

  constructor(page: Page) {
    this.page = page
    this.form = page.getByRole('form', { name: 'Add a secret' })
    this.name = this.form.getByRole('textbox', { name: 'Name' })
    this.value = this.form.getByRole('textbox', { name: 'Value' })
    this.add = this.form.getByRole('button', { name: 'Add', exact: true })
    this.offer = this.form.getByRole('status').filter({ hasText: 'was set by' })
    this.filter = page.getByRole('searchbox', { name: /^Filter / })
    this.unused = page.getByRole('combobox', { name: 'Last used' })
    this.rows = listRows(page, 'Stored names')
    this.dialog = page.getByRole('alertdialog')
  }

  row(name: string): Locator {
    return this.rows.filter({ has: this.page.getByText(name, { exact: true }), hasNotText: ' was deleted.' })
  }

  /** Finds the notice that replaces the row of a deleted secret. */
  deletedRow(name: string): Locator {
    return this.rows.filter({ has: this.page.getByText(name, { exact: true }), hasText: ' was deleted.' })
  }

  undoButton(name: string): Locator {
    return pageButton(this.page, `Undo deleting ${name}`)
  }

  editButton(name: string): Locator {
    return pageButton(this.page, `Edit ${name}`)
  }

  deleteButton(name: string): Locator {
    return pageButton(this.page, `Delete ${name}`)
  }

  /** Opens the confirmation of a deletion and waits until it shows what the deletion affects. */
  async askToDelete(name: string): Promise<Locator> {
    await this.deleteButton(name).click()
    const confirm = this.dialog.getByRole('button', { name: `Delete ${name}` })
    await expect(confirm).toBeEnabled()
    return confirm
  }

  /** Deletes a secret and waits until the dialog is closed. */
  async delete(name: string): Promise<void> {
    const confirm = await this.askToDelete(name)
    await confirm.click()
    await expect(this.dialog).toHaveCount(0)
  }

  /** Finds the form for a new value of a stored name. */
  editForm(name: string): Locator {
    return this.page.getByRole('form', { name: `New value for ${name}` })
  }

  async type(name: string, value: string): Promise<void> {
    await this.name.fill(name)
    await this.value.fill(value)
  }

  /** Adds a secret and waits for its row. */
  async store(name: string, value: string): Promise<void> {
    await this.type(name, value)
    await this.add.click()
    await expect(this.row(name)).toBeVisible()
    await expect(this.value).toHaveValue('')
  }

  /** Waits for an announcement to screen readers. */
  async toSay(text: string): Promise<void> {
    // The previous announcement may have had the same text.
    await expect(this.page.getByText(text, { exact: true }).last()).toBeAttached()
  }
}
