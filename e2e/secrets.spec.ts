import { type ScopeKind, scopeKinds } from '#shared/scope.ts'
import { TeamPages } from './pages/team-pages.ts'
import { answered, expect, test } from './support/fixtures.ts'
import { emptyScope, fill, openNewScope, openSecrets, startElsewhere } from './support/test-scopes.ts'

// The product's core, the same at each kind of scope, on the server and on the mock.

/** The hints next to a name that is set in the team, in a cluster and in a project. */
const overlapWords: Record<ScopeKind, (names: { cluster: string; project: string }) => string[]> = {
  team: ({ cluster, project }) => [`overridden by cluster ${cluster}`, `overridden by project ${project}`],
  cluster: ({ project }) => ['overrides team', `overridden by project ${project} where both apply`],
  project: ({ cluster }) => ['overrides team', `overrides cluster ${cluster} where both apply`],
}

for (const kind of scopeKinds) {
  test.describe(`secrets of a ${kind}`, () => {
    test('are added, listed by name, replaced and deleted', { tag: '@journey' }, async ({ page }) => {
      const secrets = await openNewScope(page, kind)
      const empty = page.getByText(`No secrets have been stored in this ${kind} yet`)
      await expect(empty).toBeVisible()

      await test.step('add', async () => {
        await secrets.type('API_KEY', 'first value')
        await secrets.add.click()
        await secrets.toSay('Added API_KEY')
        await expect(secrets.row('API_KEY')).toContainText('set just now by Ada Lovelace')
        await expect(secrets.filter).toHaveAccessibleName('Filter 1 name')
        await expect(secrets.name).toHaveValue('')
        await expect(secrets.value).toHaveValue('')
        await expect(secrets.name).toBeFocused()
      })
      await test.step('edit, and cancel it', async () => {
        await secrets.editButton('API_KEY').click()
        const field = secrets.editForm('API_KEY').getByRole('textbox', { name: 'Value' })
        await expect(field).toBeFocused()
        await expect(field).toHaveValue('')
        await field.press('Escape')
        await expect(secrets.editButton('API_KEY')).toBeFocused()
      })
      await test.step('edit', async () => {
        await secrets.editButton('API_KEY').click()
        const form = secrets.editForm('API_KEY')
        await form.getByRole('textbox', { name: 'Value' }).fill('second value')
        await form.getByRole('button', { name: 'Save' }).click()
        await secrets.toSay('Saved API_KEY')
        await expect(form).toHaveCount(0)
        await expect(secrets.editButton('API_KEY')).toBeFocused()
      })
      await test.step('delete, and cancel it', async () => {
        await secrets.deleteButton('API_KEY').click()
        await expect(secrets.dialog).toHaveAccessibleName('Are you sure you want to delete “API_KEY”?')
        const cancel = secrets.dialog.getByRole('button', { name: 'Cancel' })
        await expect(cancel).toBeFocused()
        await cancel.click()
        await expect(secrets.dialog).toHaveCount(0)
        await expect(secrets.deleteButton('API_KEY')).toBeFocused()
        await expect(secrets.row('API_KEY')).toBeVisible()
      })
      await test.step('delete', async () => {
        await secrets.deleteButton('API_KEY').click()
        await secrets.dialog.getByRole('button', { name: 'Delete API_KEY' }).click()
        await secrets.toSay('Deleted API_KEY')
        await expect(secrets.row('API_KEY')).toHaveCount(0)
        await expect(empty).toBeVisible()
        await expect(secrets.undoButton('API_KEY')).toBeFocused()
      })
    })

    test('are not overwritten by adding an existing name', async ({ page, expectedErrors }) => {
      expectedErrors.push(answered(409))
      const secrets = await openNewScope(page, kind, ['API_KEY'])
      await secrets.type('API_KEY', 'another value')
      await secrets.add.click()
      await expect(secrets.offer).toContainText('API_KEY was set by Ada Lovelace just now. Replace it?')
      await secrets.offer.getByRole('button', { name: 'Keep' }).click()
      await expect(secrets.form.getByText('was set by')).toHaveCount(0)
      await expect(secrets.name).toBeFocused()
      await expect(secrets.value).toHaveValue('another value')

      await secrets.add.click()
      await secrets.offer.getByRole('button', { name: 'Replace' }).click()
      await secrets.toSay('Replaced API_KEY')
      await expect(secrets.value).toHaveValue('')
      await expect(secrets.name).toBeFocused()
      await expect(secrets.rows).toHaveCount(1)
    })

    test('warn about a name that steers other programs, in the form and in the list', async ({ page }) => {
      const secrets = await openNewScope(page, kind)
      await secrets.type('http_proxy', 'a value')
      await expect(secrets.name).toHaveAccessibleDescription(
        /^“http_proxy” steers which proxy requests take, so a workload/,
      )
      await secrets.add.click()
      await secrets.toSay('Added http_proxy')
      await expect(secrets.row('http_proxy')).toContainText('By reference only: “http_proxy” steers which proxy')
    })

    test('require valid names and store values exactly as typed', async ({ page }) => {
      const secrets = await openNewScope(page, kind)
      const button = (name: string) => secrets.form.getByRole('button', { name })
      /** Adds the typed value and returns the body of the request. */
      const add = async (): Promise<unknown> => {
        const request = page.waitForRequest((request) => request.method() === 'POST')
        await secrets.add.click()
        return (await request).postDataJSON()
      }
      await test.step('a value is masked, and visible until the field loses focus', async () => {
        const masked = () =>
          secrets.value.evaluate((field) => getComputedStyle(field).getPropertyValue('-webkit-text-security'))
        await secrets.type('my key', 'two\nlines\n')
        expect(await masked()).toBe('disc')
        await button('Show value').click()
        await expect(button('Show value')).toHaveAttribute('aria-pressed', 'true')
        expect(await masked()).toBe('none')
        await secrets.name.focus()
        await expect(button('Show value')).toHaveAttribute('aria-pressed', 'false')
        expect(await masked()).toBe('disc')
      })
      await test.step('an almost valid name is corrected by a click', async () => {
        await expect(secrets.name).toHaveAccessibleDescription(/^Letters, digits, “_” and “-”; the first is a letter/)
        await secrets.add.click()
        await expect(secrets.name).toBeFocused()
        await button('Use my_key').click()
        await expect(secrets.name).toHaveValue('my_key')
        await expect(secrets.name).toBeFocused()
      })
      await test.step('a trailing newline shows a warning and is trimmed or left', async () => {
        const notice = secrets.form.getByText('The value ends in a line break.')
        await expect(notice).toBeVisible()
        await expect(secrets.value).toHaveAccessibleDescription('10 bytes, 2 lines')
        await button('Trim').click()
        await expect(notice).toHaveCount(0)
        await expect(secrets.value).toHaveAccessibleDescription('9 bytes, 2 lines')
        expect(await add()).toEqual({ name: 'my_key', value: 'two\nlines' })
        await expect(secrets.row('my_key')).toBeVisible()

        await secrets.type('KEPT', 'two\nlines\n')
        await button('Keep').click()
        await expect(notice).toHaveCount(0)
        expect(await add()).toEqual({ name: 'KEPT', value: 'two\nlines\n' })
        await expect(secrets.row('KEPT')).toBeVisible()
      })
    })

    test('are filtered by a part of the name, which stays in the address', {
      tag: kind === 'project' ? '@journey' : [],
    }, async ({ page }) => {
      const secrets = await openNewScope(page, kind, ['API_KEY', 'DB_PASSWORD', 'HF_TOKEN', 'WANDB_API_KEY'])
      await expect(secrets.filter).toHaveAccessibleName('Filter 4 names')
      await secrets.filter.fill('api')
      await expect(page).toHaveURL(/\?q=api$/)
      await expect(secrets.rows).toHaveCount(2)
      await expect(page.getByText('2 of 4 names')).toBeVisible()

      await new TeamPages(page).openProjects()
      await page.goBack()
      await expect(secrets.filter).toHaveValue('api')
      await expect(secrets.rows).toHaveCount(2)

      await secrets.filter.fill('nothing')
      await expect(page.getByText('None of 4 names contains “nothing”.')).toBeVisible()
      await page.getByRole('button', { name: 'Clear filter' }).click()
      await expect(secrets.rows).toHaveCount(4)
      await expect(page).not.toHaveURL(/\?/)
    })

    test('show where else their name is set and which one wins', async ({ page }) => {
      const name = `SHARED_BY_${kind}`
      await startElsewhere(page, kind)
      const [team, cluster, project] = [
        await emptyScope(page, 'team'),
        await emptyScope(page, 'cluster'),
        await emptyScope(page, 'project'),
      ]
      for (const scope of [team, cluster, project]) await fill(page, scope, [name])
      const secrets = await openSecrets(page, { team, cluster, project }[kind])
      const words = overlapWords[kind]({ cluster: cluster.name, project: project.name })
      for (const said of words) await expect(secrets.row(name)).toContainText(said)
    })
  })
}
