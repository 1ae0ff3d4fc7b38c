import { expect, type Locator, type Page } from '@playwright/test'
import { namespace } from '../support/account-steps.ts'
import { listRows } from './list-rows.ts'

/** The page of a member's own sign-in. */
export class AccountPage {
  readonly page: Page
  readonly sessions: Locator
  readonly passkeys: Locator
  readonly recoveryCodes: Locator
  readonly seed: Locator
  readonly dialog: Locator

  constructor(page: Page) {
    this.page = page
    this.sessions = listRows(page, 'Sessions')
    this.passkeys = listRows(page, 'Passkeys')
    this.recoveryCodes = listRows(page, 'Recovery codes')
    this.seed = page.getByRole('form', { name: 'Set up two-factor sign-in' }).getByRole('code').first()
    this.dialog = page.getByRole('alertdialog')
  }

  /** Finds a section of the page by its heading. */
  part(name: string): Locator {
    return this.page.getByRole('region', { name, exact: true })
  }

  field(part: string, label: string): Locator {
    return this.part(part).getByLabel(label, { exact: true })
  }

  button(part: string, name: string): Locator {
    return this.part(part).getByRole('button', { name, exact: true })
  }

  /** Opens the page through the account menu. */
  async open(): Promise<void> {
    await this.page.getByRole('button', { name: /^Account of / }).click()
    await this.page.getByRole('menuitem', { name: 'Account' }).click()
    await this.ready()
  }

  /** Loads the page, at another origin if one is given. */
  async load(origin = ''): Promise<void> {
    await this.page.goto(`${origin}/${namespace}/account`)
    await this.ready()
  }

  private async ready(): Promise<void> {
    await expect(this.page.getByRole('heading', { level: 1 })).toHaveText('Account')
    await expect(this.part('Sessions')).toBeVisible()
  }
}
