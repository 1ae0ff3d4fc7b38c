import type { APIRequestContext, Locator, Page } from '@playwright/test'

/** The page that signs in a command line. */
export class CliLoginPage {
  readonly page: Page
  readonly heading: Locator
  readonly allow: Locator
  readonly deny: Locator
  readonly options: Locator
  readonly code: Locator
  readonly next: Locator
  readonly form: Locator

  constructor(page: Page) {
    this.page = page
    this.heading = page.getByRole('heading', { level: 1 })
    this.form = page.getByRole('form', { name: 'The key' })
    this.allow = page.getByRole('button', { name: 'Allow', exact: true })
    this.deny = page.getByRole('button', { name: 'Deny', exact: true })
    this.options = this.form.getByRole('button', { name: 'Options' })
    this.code = page.getByRole('textbox', { name: 'Code' })
    this.next = page.getByRole('button', { name: 'Continue' })
  }

  /** Opens the page with this code filled in. */
  async open(code: string): Promise<void> {
    await this.page.goto(`/cli-login?code=${code}`)
  }
}

/** Requests a key like a command line that then waits for it. Returns the code to confirm. */
export const askForKey = async (request: APIRequestContext, device = 'ada@laptop'): Promise<string> => {
  const answer = await request.post('/v1/cli-logins', { data: { device, challenge: '0'.repeat(64) } })
  if (!answer.ok()) throw new Error(`A command line was answered with ${answer.status()}.`)
  return (await answer.json()).code
}
