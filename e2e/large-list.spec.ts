import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { createVault } from '#server/crypto/vault.ts'
import { openDatabase } from '#server/node/database/open-database.ts'
import { nodeCipher } from '#server/node/keys/node-crypto.ts'
import { writeSecret } from '#server/services/write-secret.ts'
import { openStore } from '#server/store/open-store.ts'
import type { TeamSession } from '#shared/people/session.ts'
import { SecretsPage } from './pages/secrets-page.ts'
import { TeamPages } from './pages/team-pages.ts'
import { accessibilityViolations } from './support/accessibility-violations.ts'
import { setUp } from './support/account-steps.ts'
import { expect, testAlone as test } from './support/fixtures.ts'
import type { ServerProcess } from './support/server-process.ts'
import { ask } from './support/test-scopes.ts'

const count = 10_000
const nameOf = (index: number) => `SECRET_${String(index).padStart(5, '0')}`

/** Stores many secrets in the team through the store module while the server runs. */
const fillTeam = async ({ folder }: ServerProcess, teamId: string, by: { id: string; name: string }): Promise<void> => {
  const { db, kind } = openDatabase({ kind: 'sqlite', path: join(folder, 'secrets.db') })
  // Waiting for the disk after each write would take most of the time.
  await sql`pragma synchronous = off`.execute(db)
  const masterKey = new Uint8Array(Buffer.from(readFileSync(join(folder, 'master.key'), 'utf8'), 'base64'))
  const vault = await createVault(masterKey, nodeCipher)
  const store = await openStore(db, kind, { vault, now: Date.now })
  const team = { kind: 'team', id: teamId } as const
  for (let index = 0; index < count; index++) {
    const write = { name: nameOf(index), value: 'a value', expect: 'absent', by, at: Date.now() } as const
    await writeSecret({ store, vault }, teamId, team, write)
  }
  await store.close()
}

test('a list of 10,000 names opens, scrolls, moves by keyboard and filters', async ({ page, server }) => {
  await setUp(page, server)
  const { team, user } = await ask<TeamSession>(page, 'GET', 'session')
  await fillTeam(server, team.id, user)
  const secrets = new SecretsPage(page)
  await new TeamPages(page).load('settings/secrets', 'Team settings')
  await expect(secrets.filter).toHaveAccessibleName('Filter 10,000 names')

  await test.step('only the rows near the window are in the page', async () => {
    await expect(secrets.row(nameOf(0))).toBeVisible()
    expect(await secrets.rows.count()).toBeLessThan(100)
    await expect(secrets.rows.first()).toHaveAttribute('aria-setsize', `${count}`)
    expect(await accessibilityViolations(page)).toEqual([])
  })
  await test.step('scrolling loads the next names', async () => {
    await page.mouse.move(640, 500)
    await page.mouse.wheel(0, 16_500)
    await expect(secrets.row(nameOf(250))).toBeVisible()
    await expect(secrets.row(nameOf(0))).toHaveCount(0)
    expect(await secrets.rows.count()).toBeLessThan(100)
  })
  await test.step('End leads to the last name, Home to the first', async () => {
    await page.evaluate(() => window.scrollTo(0, 0))
    await secrets.editButton(nameOf(0)).focus()
    await page.keyboard.press('End')
    await expect(secrets.editButton(nameOf(count - 1))).toBeFocused({ timeout: 30_000 })
    await expect(secrets.editButton(nameOf(count - 1))).toBeInViewport()
    await page.keyboard.press('Home')
    await expect(secrets.editButton(nameOf(0))).toBeFocused()
  })
  await test.step('the filter searches all names', async () => {
    await secrets.filter.fill('_09')
    await expect(page.getByText('1,000 of 10,000 names')).toBeVisible()
    await secrets.filter.fill('09999')
    await expect(secrets.rows).toHaveCount(1)
    await expect(secrets.row(nameOf(9999))).toBeVisible()
  })
  await test.step('a deleted name leaves the count', async () => {
    await secrets.delete(nameOf(9999))
    await expect(secrets.filter).toHaveAccessibleName('Filter 9,999 names')
  })
})
