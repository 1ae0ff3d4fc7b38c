import type { Locator, Page } from '@playwright/test'
import { namespace } from '../support/account-steps.ts'
import { listRows } from './list-rows.ts'

/**
 * The views of effective secrets: the matrix of a project or a cluster, the list of the team, and the check of files.
 */
export class EffectivePage {
  readonly page: Page
  readonly tab: Locator
  readonly grid: Locator
  readonly filter: Locator
  readonly scope: Locator
  readonly onlyOverridden: Locator
  readonly clearFilter: Locator
  /** The explanation of the cell that has the focus or is under the pointer. */
  readonly trace: Locator
  readonly teamNames: Locator
  /** The box for a workload's file, and the result of the check. */
  readonly file: Locator
  readonly onCluster: Locator
  readonly job: Locator
  readonly variables: Locator

  constructor(page: Page) {
    this.page = page
    this.tab = page.getByRole('link', { name: 'Environment' })
    this.grid = page.getByRole('grid')
    this.filter = page.getByRole('searchbox', { name: /^Filter / })
    this.scope = page.getByRole('combobox', { name: /^Scope that / })
    this.onlyOverridden = page.getByRole('checkbox', { name: 'Only overridden' })
    this.clearFilter = page.getByRole('button', { name: 'Clear filter' })
    this.trace = page.getByRole('tooltip')
    this.teamNames = listRows(page, 'The team’s names')
    this.file = page.getByRole('textbox', { name: 'Workflow or deployment, in YAML or JSON' })
    this.onCluster = page.getByRole('combobox', { name: 'On cluster' })
    this.job = page.getByRole('combobox', { name: 'Job' })
    this.variables = page.getByRole('table', { name: 'What each variable gets' })
  }

  async load(kind: 'project' | 'cluster', id: string, query = ''): Promise<void> {
    const path = kind === 'project' ? `projects/${id}` : `settings/clusters/${id}`
    await this.page.goto(`/${namespace}/${path}/environment${query}`)
    await this.grid.waitFor()
  }

  /** The visible names, by row. */
  get names(): Locator {
    return this.grid.getByRole('rowheader')
  }

  row(name: string): Locator {
    return this.grid.getByRole('row').filter({ has: this.page.getByRole('rowheader', { name, exact: true }) })
  }

  /** The column headings; the first is the one of the names. */
  column(label: string): Locator {
    return this.grid.getByRole('columnheader', { name: label, exact: true })
  }

  /** Finds a cell by its name and by its distance in columns from the first one. */
  cell(name: string, column: number): Locator {
    return this.row(name).locator(`[data-column="${column}"]`)
  }

  /** Finds the result of the file check for a variable. */
  variable(name: string): Locator {
    return this.variables.getByRole('row').filter({ has: this.page.getByRole('rowheader', { name, exact: true }) })
  }
}
