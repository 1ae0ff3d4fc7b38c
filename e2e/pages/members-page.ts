import { expect, type Locator, type Page } from '@playwright/test'
import type { Role } from '#shared/people/role.ts'
import { listRows } from './list-rows.ts'
import { pageButton } from './page-button.ts'

/** The members of the team, and its invites. */
export class MembersPage {
  readonly page: Page
  readonly rows: Locator
  readonly create: Locator
  readonly link: Locator
  readonly invites: Locator
  /** The dialog that confirms removing a member, leaving, or deleting an invite. */
  readonly dialog: Locator

  constructor(page: Page) {
    this.page = page
    this.rows = listRows(page, 'Members')
    this.create = page.getByRole('button', { name: 'Create invite link' })
    this.link = page.getByRole('textbox', { name: 'Invite link' })
    this.invites = listRows(page, 'Open invites')
    this.dialog = page.getByRole('alertdialog')
  }

  async open(): Promise<void> {
    await this.page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Team settings' }).click()
    await this.page.getByRole('link', { name: 'Members', exact: true }).click()
    await expect(this.rows.first()).toBeVisible()
  }

  row(name: string): Locator {
    return this.rows.filter({ has: this.page.getByText(name, { exact: true }) })
  }

  role(name: string): Locator {
    return this.page.getByRole('combobox', { name: `Role of ${name}` })
  }

  /** The dialog that confirms a role change. */
  question(name: string): Locator {
    return this.page.getByRole('form', { name: `New role of ${name}` })
  }

  removeButton(name: string): Locator {
    return pageButton(this.page, `Remove ${name}`)
  }

  resetButton(name: string): Locator {
    return pageButton(this.page, `Reset password of ${name}`)
  }

  /** Creates an invite and returns its link. */
  async invite(role: Role): Promise<string> {
    await this.page.getByRole('combobox', { name: 'Role', exact: true }).selectOption(role)
    await this.create.click()
    await expect(this.link).toBeFocused()
    const link = await this.link.inputValue()
    await this.page.getByRole('button', { name: 'Done' }).click()
    await expect(this.link).toHaveCount(0)
    return link
  }

  async changeRole(name: string, role: Role): Promise<void> {
    await this.role(name).selectOption(role)
    await this.question(name).getByRole('button', { name: 'Change role' }).click()
    await expect(this.question(name)).toHaveCount(0)
    await expect(this.role(name)).toHaveValue(role)
  }
}
