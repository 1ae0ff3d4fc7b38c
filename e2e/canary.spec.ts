import { randomBytes } from 'node:crypto'
import { scopeKinds } from '#shared/scope.ts'
import type { SecretsPage } from './pages/secrets-page.ts'
import { TeamPages } from './pages/team-pages.ts'
import { setUp } from './support/account-steps.ts'
import { answered, expect, testAlone as test } from './support/fixtures.ts'
import { proofOf } from './support/session.ts'
import { emptyScope, openSecrets, secretsOf } from './support/test-scopes.ts'
import { leaks, listen, readPage, readServer, type Trace } from './support/traces.ts'

/** Returns a random line with characters that formats escape differently: quotes, spaces, a plus, a two-byte letter. */
const newLine = () => `${randomBytes(18).toString('base64')}"é' +/${randomBytes(9).toString('hex')}`

const makeCanaries = () => {
  const lines: string[] = []
  const remember = (line: string) => {
    lines.push(line)
    return line
  }
  return {
    lines,
    value: () => remember(newLine()),
    /** Resembles a pasted private key. */
    longValue: () => `-----BEGIN-----\n${remember(newLine())}\n${remember(newLine())}\n-----END-----\n`,
  }
}

/** Submits values in every possible way: added, replaced, edited, cancelled, rejected. */
const useForms = async (secrets: SecretsPage, { value, longValue }: ReturnType<typeof makeCanaries>): Promise<void> => {
  await secrets.store('ADDED', value())
  await secrets.store('LONG', longValue())

  await secrets.type('ADDED', value())
  await secrets.form.getByRole('button', { name: 'Show value' }).click()
  await secrets.add.click()
  await secrets.offer.getByRole('button', { name: 'Replace' }).click()
  await expect(secrets.value).toHaveValue('')

  await secrets.editButton('ADDED').click()
  const edited = secrets.editForm('ADDED')
  await edited.getByRole('textbox', { name: 'Value' }).fill(longValue())
  await edited.getByRole('button', { name: 'Save' }).click()
  await expect(edited).toHaveCount(0)
  await secrets.editButton('ADDED').click()
  await edited.getByRole('textbox', { name: 'Value' }).fill(value())
  await edited.getByRole('button', { name: 'Cancel' }).click()

  // Rejected because the name exists, because it differs in case only, and because the value is too long.
  await secrets.type('ADDED', value())
  await secrets.add.click()
  await secrets.offer.getByRole('button', { name: 'Keep' }).click()
  await secrets.type('added', longValue())
  await secrets.add.click()
  await expect(secrets.form.getByRole('alert').first()).toBeVisible()
  await secrets.type('TOO_LONG', value().repeat(2000))
  await secrets.add.click()
  await expect(secrets.form.getByText(/bytes; the most is/)).toBeVisible()
}

test('a value is stored only in the database, sealed', async ({ page, context, server, expectedErrors }) => {
  expectedErrors.push(answered(409), answered(400))
  const canaries = makeCanaries()
  const heard = listen(context)
  const traces: Trace[] = []
  await setUp(page, server)
  await new TeamPages(page).load('settings/clusters', 'Team settings')

  for (const kind of scopeKinds) {
    const scope = await emptyScope(page, kind)
    await test.step(`through the console, in a ${kind}`, async () => {
      await page.reload()
      await useForms(await openSecrets(page, scope), canaries)
      await new TeamPages(page).openProjects()
      traces.push(...(await readPage(page, `after the forms of a ${kind}`)))
      await page.goBack()
      traces.push(...(await readPage(page, `back on the page of a ${kind}`)))
    })
    await test.step(`through the API, in a ${kind}`, async () => {
      const address = `${server.address}/v1/${secretsOf(scope)}`
      const headers = await proofOf(page)
      const send = async (method: 'POST' | 'PUT' | 'PATCH', path: string, data: unknown, expected: number) => {
        const answer = await page.request.fetch(`${address}${path}`, { method, data, headers })
        expect(answer.status()).toBe(expected)
        traces.push({ where: `an answer of ${expected}`, text: (await answer.body()).toString('latin1') })
      }
      await send('POST', '', { name: 'BY_API', value: canaries.value() }, 201)
      await send('POST', '', { name: 'BY_API', value: canaries.value() }, 409)
      await send('POST', '', { name: 'not a name', value: canaries.longValue() }, 400)
      await send('POST', '', { name: 'WITH_NUL', value: `${canaries.value()}\0` }, 400)
      await send('PUT', '/BY_API', { value: canaries.longValue() }, 200)
      await send('PATCH', '/BY_API', { value: canaries.value() }, 200)
      await send('PATCH', '/NONE', { value: canaries.value() }, 404)
      const list = await page.request.get(`${address}?include=overlaps`, { headers })
      traces.push({ where: 'a list', text: await list.text() })
    })
  }
  traces.push(...readServer(server, 'while it runs'))
  await server.stop()
  traces.push(...readServer(server, 'after its end'), ...(await heard()))

  expect(new Set(traces.map(({ where }) => where.split(' ').slice(0, 3).join(' '))).size).toBeGreaterThan(10)
  expect(leaks(traces, canaries.lines)).toEqual([])
  // Shows that the search would find something: the names are in the database and in answers.
  expect(leaks(traces, ['BY_API']).length).toBeGreaterThan(4)
})
