import { expect, type Locator, type Page } from '@playwright/test'
import { namespace } from '../support/account-steps.ts'
import { listRows } from './list-rows.ts'

export type MadeScope = 'project' | 'cluster'

const nameLabels: Record<MadeScope, string> = { project: 'Project name', cluster: 'Cluster name' }

/** The pages of the team: its lists of projects and clusters, and the navigation between them. */
export class TeamPages {
  readonly page: Page
  readonly heading: Locator
  readonly dialog: Locator

  constructor(page: Page) {
    this.page = page
    this.heading = page.getByRole('heading', { level: 1 })
    this.dialog = page.getByRole('dialog')
  }

  /** Loads a page of the team. On the mock, this resets the data to the sample. */
  async load(path: string, heading: string): Promise<void> {
    await this.page.goto(`/${namespace}/${path}`)
    await expect(this.heading).toHaveText(heading, { timeout: 30_000 })
  }

  async openProjects(): Promise<void> {
    await this.page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Projects' }).click()
    await expect(this.heading).toHaveText('Projects')
  }

  async openTeamSecrets(): Promise<void> {
    await this.page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Team settings' }).click()
    await expect(this.page.getByRole('heading', { name: 'Secrets' })).toBeVisible()
  }

  async openClusters(): Promise<void> {
    await this.openTeamSecrets()
    await this.page.getByRole('link', { name: 'Clusters', exact: true }).click()
    await expect(this.page.getByRole('heading', { name: 'Clusters' })).toBeVisible()
  }

  openList(kind: MadeScope): Promise<void> {
    return kind === 'project' ? this.openProjects() : this.openClusters()
  }

  row(kind: MadeScope, name: string): Locator {
    const link = this.page.getByRole('link', { name, exact: true, includeHidden: true })
    return listRows(this.page, kind === 'project' ? 'Projects' : 'Clusters').filter({ has: link })
  }

  filter(kind: MadeScope): Locator {
    return this.page.getByRole('searchbox', { name: `Filter ${kind}s` })
  }

  /** Finds the name field in the dialog that creates a project or cluster. */
  newNameField(kind: MadeScope): Locator {
    return this.dialog.getByRole('textbox', { name: nameLabels[kind] })
  }

  /** Finds the name field on the settings page of a project or cluster. */
  nameField(kind: MadeScope): Locator {
    return this.page.getByRole('main').getByRole('textbox', { name: nameLabels[kind] })
  }

  /** Opens the page with the secrets of a project or cluster, from its list. */
  async openScope(kind: MadeScope, name: string): Promise<void> {
    await this.openList(kind)
    // Other tests may have filled more than the first page of the list.
    await this.filter(kind).fill(name)
    await expect(this.page.getByText(`1 ${kind} with “${name}” in the name`)).toBeVisible()
    await this.row(kind, name).getByRole('link').click()
    await expect(this.heading).toHaveText(name)
  }

  /** Creates a project or cluster from its list, which opens its page. */
  async make(kind: MadeScope, name: string): Promise<void> {
    await this.page.getByRole('button', { name: `New ${kind}` }).click()
    await this.newNameField(kind).fill(name)
    await this.dialog.getByRole('button', { name: `Create ${kind}` }).click()
    await expect(this.dialog).toHaveCount(0)
    await expect(this.heading).toHaveText(name)
  }

  async signOut(): Promise<void> {
    await this.page.getByRole('button', { name: /^Account of / }).click()
    await this.page.getByRole('menuitem', { name: 'Sign out' }).click()
    await expect(this.heading).toHaveText('Sign in')
  }
}
