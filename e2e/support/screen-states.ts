import type { Page } from '@playwright/test'
import { ApiKeysPage } from '../pages/api-keys-page.ts'
import { askForKey, CliLoginPage } from '../pages/cli-login-page.ts'
import { EffectivePage } from '../pages/effective-page.ts'
import { HistoryView } from '../pages/history-view.ts'
import { SecretsPage } from '../pages/secrets-page.ts'
import { SignInPage } from '../pages/sign-in-page.ts'
import { TrashView } from '../pages/trash-view.ts'
import { account, namespace } from './account-steps.ts'
import { expect } from './fixtures.ts'
import type { Sample } from './sample.ts'

/** A state of the console: a page, optionally with something open on it. */
export type ScreenState = {
  name: string
  path: (sample: Sample) => string
  /** The heading to wait for first. */
  heading: string | RegExp
  /** Opens the part to check. */
  open?: (page: Page, sample: Sample) => Promise<void>
}

const teamSecrets = { path: () => `/${namespace}/settings/secrets`, heading: 'Team settings' } as const
const projects = { path: () => `/${namespace}/projects`, heading: 'Projects' } as const
const project = {
  path: (sample: Sample) => `/${namespace}/projects/${sample.project}/settings`,
  heading: /^A-project/,
} as const
const environment = {
  path: (sample: Sample) => `/${namespace}/projects/${sample.project}/environment`,
  heading: /^A-project/,
} as const
const apiKeys = { path: () => `/${namespace}/settings/api-keys`, heading: 'Team settings' } as const
const clusters = { path: () => `/${namespace}/settings/clusters`, heading: 'Team settings' } as const
const cluster = (page: string) => ({
  path: (sample: Sample) => `/${namespace}/settings/clusters/${sample.cluster}${page}`,
  heading: /^A cluster/,
})

const press = (role: 'button' | 'menuitem', name: string | RegExp) => async (page: Page) => {
  await page.getByRole(role, { name, exact: true }).click()
}
const openDialog = (button: string | RegExp) => async (page: Page) => {
  await press('button', button)(page)
  await expect(page.locator('[role=dialog], [role=alertdialog]')).toBeVisible()
}
const openMenu = (button: RegExp) => async (page: Page) => {
  await press('button', button)(page)
  await expect(page.getByRole('menu')).toBeVisible()
}

const cliLogin = { path: () => '/cli-login', heading: 'Sign a command line in' } as const
const openLogin = async (page: Page) => {
  await new CliLoginPage(page).open(await askForKey(page.request))
  await expect(new CliLoginPage(page).allow).toBeVisible()
}
const general = { path: () => `/${namespace}/settings/general`, heading: 'Team settings' } as const
const own = { path: () => `/${namespace}/account`, heading: 'Account' } as const
const openRefusedPassword = async (page: Page) => {
  await press('button', 'Change password')(page)
  await expect(page.getByRole('alert').first()).toBeVisible()
}

/** Matches no name, and is wider than a phone. */
const nothing = 'nothing'.repeat(12)

/** All states after sign-in, by area. */
export const screenStates: Record<string, readonly ScreenState[]> = {
  'the list of projects': [
    { name: 'the projects', ...projects },
    {
      name: 'a filter that finds no project',
      path: () => `${projects.path()}?q=${nothing}`,
      heading: 'Projects',
      open: (page) => expect(page.getByText(/^No project has /)).toBeVisible(),
    },
    { name: 'the form for a new project', ...projects, open: openDialog('New project') },
  ],
  'what was deleted': [
    {
      name: 'the deleted projects',
      ...projects,
      open: (page) => expect(page.getByRole('list', { name: 'Deleted projects' })).toBeVisible(),
    },
    {
      name: 'the question whether to restore a project',
      ...projects,
      open: async (page) => {
        await openDialog(/^Restore A-deleted-one/)(page)
        await page.getByRole('dialog').getByRole('textbox').fill('')
        await press('button', 'Restore project')(page)
        await expect(page.getByRole('dialog').getByRole('textbox')).toHaveAttribute('aria-invalid', 'true')
      },
    },
    {
      name: 'the question whether to erase a cluster',
      ...clusters,
      open: async (page) => {
        await openDialog(/^Erase… A-deleted-one/)(page)
        await page.getByRole('alertdialog').getByRole('textbox').fill('not its name')
      },
    },
  ],
  'the team itself': [
    {
      name: 'its settings, refused',
      ...general,
      open: async (page) => {
        await page.getByRole('textbox', { name: 'Team name' }).fill('')
        await page.getByRole('textbox', { name: 'Sign out when unused for (minutes)' }).fill('no number')
        await press('button', 'Save team')(page)
        await expect(page.getByText('Type a name.')).toBeVisible()
      },
    },
    { name: 'the question whether to delete it', ...general, open: openDialog('Delete team') },
    {
      name: 'its settings, which cannot be read',
      ...general,
      open: async (page) => {
        await page.route(/\/v1\/teams\/[^/]+$/, (route) =>
          route.fulfill({ status: 500, headers: { 'x-request-id': 'an-id' } }),
        )
        await page.reload()
        await expect(page.getByRole('button', { name: 'Retry' })).toBeVisible()
      },
    },
    {
      name: 'the form for a new one, refused',
      ...projects,
      open: async (page) => {
        await openMenu(/^Team /)(page)
        await press('menuitem', 'New team')(page)
        await expect(page.locator('[role=menu]')).toHaveCount(0)
        await press('button', 'Create team')(page)
        await expect(page.getByText('Type a name.')).toBeVisible()
      },
    },
  ],
  'the account': [
    { name: 'the account', ...own },
    { name: 'the account, refused', ...own, open: openRefusedPassword },
    { name: 'the question whether to delete the account', ...own, open: openDialog('Delete account') },
    {
      name: 'the set-up of two-factor sign-in',
      ...own,
      open: async (page) => {
        const form = page.getByRole('form', { name: 'Set up two-factor sign-in' })
        await form.getByLabel('Password').fill(account.password)
        await form.getByRole('button').click()
        await expect(page.getByRole('img', { name: 'QR code of the seed' })).toBeVisible()
      },
    },
  ],
  'the API keys': [
    {
      name: 'the options of a new key, and what is wrong with it',
      ...apiKeys,
      open: async (page) => {
        const { options, add, form } = new ApiKeysPage(page)
        await options.click()
        await expect(form.getByRole('radio', { name: 'Both' })).toBeVisible()
        await add.click()
        await expect(form.getByText('Type a name.')).toBeVisible()
      },
    },
    {
      name: 'a new key, once',
      ...apiKeys,
      open: async (page) => {
        await new ApiKeysPage(page).make('a key to be seen')
      },
    },
    {
      name: 'where to store it',
      ...apiKeys,
      open: async (page) => {
        const keys = new ApiKeysPage(page)
        await keys.make('a key to be stored')
        await keys.made('a key to be stored').getByRole('button', { name: 'Store as secret…' }).click()
        await expect(keys.storeDialog).toBeVisible()
      },
    },
    {
      name: 'an address that is none',
      ...apiKeys,
      open: async (page) => {
        const { options, add, form, name } = new ApiKeysPage(page)
        await options.click()
        await name.fill('a key from nowhere')
        await form.getByRole('textbox', { name: 'Only from addresses' }).fill('192.0.2.0/33')
        await add.click()
        await expect(form.getByRole('textbox', { name: 'Only from addresses' })).toBeFocused()
      },
    },
    {
      name: 'the question whether to renew a key',
      ...apiKeys,
      open: (page) => page.getByRole('button', { name: 'Renew a key to be seen', exact: true }).first().click(),
    },
    {
      name: 'the question whether to revoke a key',
      ...apiKeys,
      open: async (page) => {
        await page.getByRole('button', { name: 'Revoke a key to be seen', exact: true }).first().click()
        await expect(page.getByRole('alertdialog')).toBeVisible()
      },
    },
  ],
  'the members and the audit trail': [
    {
      name: 'an invite’s link, once',
      path: () => `/${namespace}/settings/members`,
      heading: 'Team settings',
      open: async (page) => {
        await press('button', 'Create invite link')(page)
        await expect(page.getByRole('textbox', { name: 'Invite link' })).toBeFocused()
      },
    },
    {
      name: 'the audit trail',
      path: () => `/${namespace}/settings/audit`,
      heading: 'Team settings',
      open: (page) => expect(page.getByRole('list', { name: 'Audit trail' })).toBeVisible(),
    },
    {
      name: 'a filter that nothing on record fits',
      path: () => `/${namespace}/settings/audit?name=${nothing}`,
      heading: 'Team settings',
      open: (page) => expect(page.getByText('Nothing on record fits the filter')).toBeVisible(),
    },
    {
      name: 'a project for chosen people',
      ...project,
      open: (page) => page.getByRole('radio', { name: 'Chosen people' }).check(),
    },
  ],
  'what every page has': [
    { name: 'the menu of teams', ...projects, open: openMenu(/^Team /) },
    { name: 'the menu of themes', ...projects, open: openMenu(/^Theme: /) },
    { name: 'the menu of the account', ...projects, open: openMenu(/^Account of /) },
    {
      name: 'the search',
      ...projects,
      open: async (page) => {
        await openDialog(/^Search/)(page)
        await page.getByRole('combobox').fill('a')
        await expect(page.getByRole('option').first()).toBeVisible()
      },
    },
    {
      name: 'a search that finds nothing',
      ...projects,
      open: async (page) => {
        await openDialog(/^Search/)(page)
        await page.getByRole('combobox').fill(nothing)
        await expect(page.getByText(/^Nothing has /)).toBeVisible()
      },
    },
  ],
  'a project': [
    {
      name: 'names that are set elsewhere too',
      ...project,
      open: (page) => expect(new SecretsPage(page).row('SET_TWICE')).toContainText('overrides cluster'),
    },
    {
      name: 'a filter that finds no secret',
      path: (sample) => `${project.path(sample)}?q=${nothing}`,
      heading: project.heading,
      open: (page) => expect(page.getByText(/^None of /)).toBeVisible(),
    },
    {
      name: 'a secret that is being edited',
      ...project,
      open: async (page, { secret }) => {
        await new SecretsPage(page).editButton(secret).click()
        await new SecretsPage(page).editForm(secret).getByRole('button', { name: 'Save' }).click()
        await expect(page.getByText('Type a value.')).toBeVisible()
      },
    },
    {
      name: 'the question whether to delete a secret',
      ...project,
      open: async (page, { secret }) => openDialog(`Delete ${secret}`)(page),
    },
    {
      name: 'the question whether to delete the project',
      ...project,
      open: async (page) => {
        await openDialog('Delete project')(page)
        await page.getByRole('alertdialog').getByRole('textbox').fill('not its name')
      },
    },
  ],
  'what a project’s secrets were': [
    {
      name: 'the history of a secret',
      ...project,
      open: async (page, { secret }) => {
        const history = new HistoryView(page, secret)
        await history.opener.click()
        await expect(history.row(1)).toBeVisible()
      },
    },
    {
      name: 'the question whether to restore a version',
      ...project,
      open: async (page) => {
        const history = new HistoryView(page, 'SET_TWICE')
        await history.opener.click()
        await history.restore(1).click()
        await expect(history.restoring.getByRole('button', { name: 'Restore version 1' })).toBeEnabled()
      },
    },
    {
      name: 'a deletion that can be undone',
      ...project,
      open: async (page) => {
        const secrets = new SecretsPage(page)
        await secrets.delete('DELETED')
        await expect(secrets.undoButton('DELETED')).toBeFocused()
      },
    },
    {
      name: 'the trash',
      path: (sample) => `${project.path(sample)}?view=trash`,
      heading: project.heading,
      open: (page, { secret }) => expect(new TrashView(page).row(`${secret.slice(0, -3)}OLD`)).toBeVisible(),
    },
    {
      name: 'the question whether to purge a secret',
      path: (sample) => `${project.path(sample)}?view=trash`,
      heading: project.heading,
      open: async (page, { secret }) => {
        const trash = new TrashView(page)
        await trash.purge(`${secret.slice(0, -3)}OLD`).click()
        await trash.purging.getByRole('textbox').fill('not its name')
      },
    },
  ],
  'the team’s secrets': [
    {
      name: 'a name that steers programs',
      ...teamSecrets,
      open: async (page) => {
        await new SecretsPage(page).type('LD_PRELOAD', '')
        await expect(page.getByText(/steers the loader/)).toBeVisible()
      },
    },
    {
      name: 'everything that can be wrong with a new one',
      ...teamSecrets,
      open: async (page) => {
        await new SecretsPage(page).type('my key', 'a value\n')
        await expect(page.getByRole('button', { name: 'Use my_key' })).toBeVisible()
        await expect(page.getByRole('button', { name: 'Trim' })).toBeVisible()
      },
    },
  ],
  'the clusters': [
    { name: 'all of them', ...clusters },
    {
      name: 'the form for a new one, refused',
      ...clusters,
      open: async (page) => {
        await openDialog('New cluster')(page)
        await press('button', 'Create cluster')(page)
        await expect(page.getByText('Type a name.')).toBeVisible()
      },
    },
    { name: 'the secrets of one', ...cluster('/secrets') },
    {
      name: 'the offer to replace a secret',
      ...cluster('/secrets'),
      open: async (page, { secret }) => {
        await new SecretsPage(page).type(secret, 'a value')
        await new SecretsPage(page).add.click()
        await expect(new SecretsPage(page).offer).toBeVisible()
      },
    },
    { name: 'the settings of one', ...cluster('') },
  ],
  'the sign-in of a command line': [
    { name: 'the question for its code', ...cliLogin },
    { name: 'who asks', ...cliLogin, open: openLogin },
    {
      name: 'what its key is to be',
      ...cliLogin,
      open: async (page) => {
        await openLogin(page)
        await press('button', 'Options')(page)
        await expect(page.getByRole('radio', { name: 'Both' })).toBeVisible()
      },
    },
    {
      name: 'one that asked from elsewhere, with a long name',
      ...cliLogin,
      open: async (page) => {
        await page.route('**/cli-logins/look', async (route) => {
          const response = await route.fetch()
          await route.fulfill({
            response,
            json: { ...(await response.json()), from: '2001:db8:85a3:8d3:1319:8a2e:370:7348', device: nothing },
          })
        })
        await openLogin(page)
      },
    },
    {
      name: 'one that is allowed',
      ...cliLogin,
      open: async (page) => {
        await openLogin(page)
        await press('button', 'Allow')(page)
        await expect(page.getByText('Go back to your terminal')).toBeVisible()
      },
    },
    {
      name: 'one that is denied',
      ...cliLogin,
      open: async (page) => {
        await openLogin(page)
        await press('button', 'Deny')(page)
        await expect(page.getByText('gets no key')).toBeVisible()
      },
    },
    {
      name: 'one whose code has expired',
      ...cliLogin,
      open: async (page) => {
        await page.route('**/cli-logins/look', async (route) => {
          const response = await route.fetch()
          await route.fulfill({ response, json: { ...(await response.json()), expiresIn: 0 } })
        })
        await new CliLoginPage(page).open(await askForKey(page.request))
        await expect(page.getByText('Nothing was allowed')).toBeVisible()
      },
    },
    {
      name: 'a code that nobody waits under',
      ...cliLogin,
      open: async (page) => {
        await new CliLoginPage(page).open('BBBB-BBBB')
        await expect(page.getByText('No command line waits under BBBB-BBBB')).toBeVisible()
      },
    },
  ],
  'what workloads get': [
    {
      name: 'a project’s matrix',
      ...environment,
      open: (page) => expect(new EffectivePage(page).names.first()).toBeVisible(),
    },
    {
      name: 'a trace in it',
      // Other tests leave names in the team, which would come before this one.
      path: (sample) => `${environment.path(sample)}?q=${sample.secret}`,
      heading: environment.heading,
      open: async (page, { secret }) => {
        const view = new EffectivePage(page)
        await view.row(secret).getByRole('gridcell').first().focus()
        await expect(view.trace).toContainText('version 1')
      },
    },
    {
      name: 'a filter that fits no name',
      path: (sample) => `${environment.path(sample)}?q=${nothing}&overridden=1`,
      heading: environment.heading,
      open: (page) => expect(page.getByText(/^None of /)).toBeVisible(),
    },
    {
      name: 'what is wrong with a file, and what it gets',
      ...environment,
      open: async (page, { secret }) => {
        const view = new EffectivePage(page)
        await view.file.fill(
          `env:\n  - name: A\n    value: secret:${secret}\n  - name: B\n    value: secret:${nothing}\n  - name: PATH\n`,
        )
        await expect(view.variable('B')).toContainText('missing')
      },
    },
    {
      name: 'a cluster’s matrix',
      ...cluster('/environment'),
      open: (page) => expect(new EffectivePage(page).grid).toBeVisible(),
    },
    {
      name: 'the team’s names',
      path: () => `/${namespace}/settings/environment`,
      heading: 'Team settings',
      open: async (page) => {
        await expect(page.getByRole('heading', { name: 'Environment' })).toBeVisible()
        await expect(page.getByText('Loading…')).toHaveCount(0)
      },
    },
    {
      name: 'a matrix that cannot be read',
      ...environment,
      open: async (page) => {
        await page.route('**/v1/effective?*', (route) => route.fulfill({ status: 500 }))
        await page.reload()
        await expect(page.getByRole('button', { name: 'Retry' })).toBeVisible()
      },
    },
  ],
  failures: [
    { name: 'an address that leads nowhere', path: () => `/${namespace}/nowhere`, heading: 'Page not found' },
    {
      name: 'secrets that cannot be read',
      ...teamSecrets,
      open: async (page) => {
        await page.route('**/secrets?*', (route) =>
          route.fulfill({ status: 500, headers: { 'x-request-id': 'an-id' } }),
        )
        await page.reload()
        await expect(page.getByRole('button', { name: 'Retry' })).toBeVisible()
      },
    },
    {
      name: 'versions that cannot be read',
      ...project,
      open: async (page, { secret }) => {
        await page.route('**/versions?*', (route) =>
          route.fulfill({ status: 500, headers: { 'x-request-id': 'an-id' } }),
        )
        await new HistoryView(page, secret).opener.click()
        await expect(page.getByRole('button', { name: 'Retry' })).toBeVisible()
      },
    },
    {
      name: 'a trash that cannot be read',
      ...teamSecrets,
      open: async (page) => {
        await page.route('**/trash?*', (route) => route.fulfill({ status: 500, headers: { 'x-request-id': 'an-id' } }))
        await new TrashView(page).open()
        await expect(page.getByRole('button', { name: 'Retry' })).toBeVisible()
      },
    },
    {
      name: 'a page whose code cannot be loaded',
      ...projects,
      open: async (page) => {
        await page.route('**/assets/clusters-*.js', (route) => route.abort())
        await page.getByRole('link', { name: 'Team settings' }).click()
        await page.getByRole('link', { name: 'Clusters' }).click()
        await expect(page.getByRole('button', { name: 'Reload page' })).toBeVisible()
      },
    },
    {
      name: 'a sign-out that failed',
      ...projects,
      open: async (page) => {
        await page.route('**/v1/session', (route) =>
          route.request().method() === 'DELETE' ? route.abort() : route.continue(),
        )
        await openMenu(/^Account of /)(page)
        await press('menuitem', 'Sign out')(page)
        await expect(page.locator('[role=menu]')).toHaveCount(0)
        await expect(page.getByRole('alertdialog')).toBeVisible()
      },
    },
  ],
}

/** The states before sign-in, on a server that is set up. */
export const statesBeforeSignIn: readonly ScreenState[] = [
  {
    name: 'the login, refused',
    path: () => '/login',
    heading: 'Sign in',
    open: async (page) => {
      await new SignInPage(page).fillLogin('not the password')
      await new SignInPage(page).signIn.click()
      await expect(page.getByRole('alert')).toBeVisible()
    },
  },
  { name: 'a new password without its link', path: () => '/reset', heading: 'New password' },
  {
    name: 'a reset link that cannot be used',
    path: () => `/reset#token=${'x'.repeat(32)}`,
    heading: 'New password',
    open: (page) => expect(page.getByText('This link cannot be used')).toBeVisible(),
  },
  { name: 'the set-up that is closed', path: () => '/setup', heading: /^Set up/ },
  {
    name: 'an invite that cannot be used',
    path: () => `/invite#token=${'x'.repeat(32)}`,
    heading: 'Join a team',
    open: (page) => expect(page.getByText('This invite cannot be used')).toBeVisible(),
  },
]

/** The states of a server that is not set up yet. */
export const statesBeforeSetUp: readonly ScreenState[] = [
  {
    name: 'the set-up, refused',
    path: () => `/setup#token=${'x'.repeat(32)}`,
    heading: /^Set up/,
    open: async (page) => {
      await new SignInPage(page).createTeam.click()
      await expect(page.getByText('Type a name.').first()).toBeVisible()
    },
  },
  { name: 'the set-up without its token', path: () => '/setup', heading: /^Set up/ },
  { name: 'the login before the set-up', path: () => '/login', heading: 'Sign in' },
]
