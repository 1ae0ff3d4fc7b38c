import type { Locator, Page } from '@playwright/test'

/** The page that an invite's link leads to. */
export class InvitePage {
  readonly page: Page
  readonly heading: Locator
  readonly join: Locator
  readonly unusable: Locator

  constructor(page: Page) {
    this.page = page
    this.heading = page.getByRole('heading', { level: 1 })
    this.join = page.getByRole('button', { name: 'Create account and join' })
    this.unusable = page.getByText('This invite cannot be used')
  }

  joinAs(name: string): Locator {
    return this.page.getByRole('button', { name: `Join as ${name}` })
  }

  async fill({ name, email, password }: { name: string; email: string; password: string }): Promise<void> {
    await this.page.getByRole('textbox', { name: 'Your name' }).fill(name)
    await this.page.getByRole('textbox', { name: 'Email' }).fill(email)
    await this.page.getByLabel('Password').fill(password)
  }
}
