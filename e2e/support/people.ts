import { join } from 'node:path'
import type { Browser, Page } from '@playwright/test'
import { openDatabase } from '#server/node/database/open-database.ts'
import { addTeam } from '#server/testing/app/add-team.ts'
import { rightsInFolder } from '#server/testing/processes/rights-in-folder.ts'
import type { Role } from '#shared/people/role.ts'
import { TeamPages } from '../pages/team-pages.ts'
import { namespace } from './account-steps.ts'
import type { ServerProcess } from './server-process.ts'
import { proofOf, sessionFrom, useSession } from './session.ts'

export type Person = { name: string; email: string; password: string }

export const lin: Person = { name: 'Lin Chen', email: 'lin@example.com', password: 'battery horse correct' }
export const max: Person = { name: 'Max Weber', email: 'max@example.com', password: 'horse battery correct' }

/** Opens a page in another browser. */
export const otherBrowser = async (browser: Browser, { address }: ServerProcess): Promise<Page> => {
  const context = await browser.newContext({ baseURL: address, reducedMotion: 'reduce' })
  return context.newPage()
}

/**
 * Adds a new member by an invite of the owner, who is signed in on the first page. Uses the API instead of forms, which
 * have their own tests. The second page then shows the list of projects.
 */
export const joinTeam = async (owner: Page, page: Page, account: Person, role: Role): Promise<void> => {
  const made = await owner.request.post('/v1/invites', { data: { role }, headers: await proofOf(owner) })
  const { token } = await made.json()
  const accepted = await page.request.post('/v1/invitation/acceptance', { data: { token, account } })
  if (!accepted.ok()) throw new Error(`An invite was answered with ${made.status()}, then ${accepted.status()}.`)
  const session = await sessionFrom(page.request, accepted.url(), (await accepted.json()).proof)
  await useSession(page, session)
  await new TeamPages(page).load('projects', 'Projects')
}

/** Makes the first account a viewer of a second team. The product has no way to create one. */
export const addSecondTeam = async ({ folder }: ServerProcess, name: string): Promise<string> => {
  const { db, kind } = openDatabase({ kind: 'sqlite', path: join(folder, 'secrets.db') })
  try {
    const first = await db.selectFrom('team').select('id').where('namespace', '=', namespace).executeTakeFirstOrThrow()
    const { user_id } = await db
      .selectFrom('member')
      .select('user_id')
      .where('team_id', '=', first.id)
      .where('role', '=', 'owner')
      .executeTakeFirstOrThrow()
    const team = { id: 'tesecondteam', namespace: 'second-team', name, role: 'owner' } as const
    const owner = { id: 'ussecondownr', name: 'Eva', email: 'eva@example.com' }
    // Nothing is ever sealed with this key.
    const dataKey = { id: 'dksecondteam', teamId: team.id, algorithm: 'none', wrapped: new Uint8Array(1) }
    const rights = await rightsInFolder(db, kind, folder)
    await addTeam(db, kind, { team, owner, dataKey, at: Date.now() })
    await db
      .insertInto('member')
      .values(await rights.signed('member', { team_id: team.id, user_id, role: 'viewer', created_at: Date.now() }))
      .execute()
    return team.namespace
  } finally {
    await db.destroy()
  }
}
