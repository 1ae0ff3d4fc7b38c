import { expect, type Locator, type Page } from '@playwright/test'
import { listRows } from './list-rows.ts'
import { pageButton } from './page-button.ts'
import { TeamPages } from './team-pages.ts'

/** The page of the API keys: the member's own, and those of the other members. */
export class ApiKeysPage {
  readonly page: Page
  readonly form: Locator
  readonly name: Locator
  readonly add: Locator
  readonly options: Locator
  readonly own: Locator
  readonly others: Locator
  readonly ofTeam: Locator
  /** The dialog in which a new key is stored as a secret. */
  readonly storeDialog: Locator
  /** The dialog that confirms a revocation. */
  readonly question: Locator
  /** The dialog that asks for the password. */
  readonly confirmation: Locator

  constructor(page: Page) {
    this.page = page
    this.form = page.getByRole('form', { name: 'Add an API key' })
    this.name = this.form.getByRole('textbox', { name: 'Name' })
    this.add = this.form.getByRole('button', { name: 'Add', exact: true })
    this.options = this.form.getByRole('button', { name: 'Options' })
    this.own = listRows(page, 'My API keys')
    this.others = listRows(page, 'Team API keys')
    this.ofTeam = listRows(page, 'Keys of the team')
    this.storeDialog = page.getByRole('dialog', { name: /^Store the key of / })
    this.question = page.getByRole('alertdialog')
    this.confirmation = page.getByRole('dialog', { name: 'Confirm that it is you' })
  }

  async load(): Promise<void> {
    await new TeamPages(this.page).load('settings/api-keys', 'Team settings')
    await expect(this.form).toBeVisible()
  }

  /** The panel that shows a new key. */
  made(name: string): Locator {
    return this.page.getByRole('region', { name: `The key of “${name}”` })
  }

  keyField(name: string): Locator {
    return this.made(name).getByRole('textbox', { name: 'Key' })
  }

  /** Creates a key and returns it. */
  async make(name: string): Promise<string> {
    await this.name.fill(name)
    await this.add.click()
    await expect(this.keyField(name)).toHaveValue(/^gsec_/)
    return this.keyField(name).inputValue()
  }

  row(name: string): Locator {
    return this.own.filter({ has: this.page.getByText(name, { exact: true }) })
  }

  async choose(box: Locator, name: string): Promise<void> {
    await box.click()
    await box.fill(name)
    await this.page.getByRole('option', { name }).click()
    await expect(box).toHaveValue(name)
    await expect(this.page.getByRole('option', { name })).toHaveCount(0)
  }

  /** Stores a new key as a secret of a project, under the suggested name. */
  async storeInProject(key: string, project: string): Promise<void> {
    await this.made(key).getByRole('button', { name: 'Store as secret…' }).click()
    await this.choose(this.storeDialog.getByRole('combobox', { name: 'Project' }), project)
    await this.storeDialog.getByRole('button', { name: 'Store', exact: true }).click()
  }

  revokeButton(name: string): Locator {
    return pageButton(this.page, `Revoke ${name}`)
  }

  async revoke(name: string): Promise<void> {
    await this.revokeButton(name).click()
    await this.question.getByRole('button', { name: `Revoke ${name}` }).click()
    await expect(this.question).toHaveCount(0)
    await expect(this.row(name)).toHaveCount(0)
  }
}
