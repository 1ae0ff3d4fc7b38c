import type { Locator, Page } from '@playwright/test'
import { account } from '../support/account-steps.ts'

/** The pages before sign-in: set-up and login. */
export class SignInPage {
  readonly page: Page
  readonly password: Locator
  readonly createTeam: Locator
  readonly signIn: Locator

  constructor(page: Page) {
    this.page = page
    this.password = page.getByLabel('Password')
    this.createTeam = page.getByRole('button', { name: 'Create team' })
    this.signIn = page.getByRole('button', { name: 'Sign in', exact: true })
  }

  field(label: string): Locator {
    return this.page.getByRole('textbox', { name: label })
  }

  async fillSetup({ name, email, password, team } = account): Promise<void> {
    await this.field('Your name').fill(name)
    await this.field('Email').fill(email)
    await this.password.fill(password)
    await this.field('Team name').fill(team)
  }

  async fillLogin(password = account.password): Promise<void> {
    await this.field('Email').fill(account.email)
    await this.password.fill(password)
  }
}
