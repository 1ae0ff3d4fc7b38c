import { join } from 'node:path'
import { newId } from '#server/crypto/make-id.ts'
import { openDatabase } from '#server/node/database/open-database.ts'
import { rightsInFolder } from '#server/testing/processes/rights-in-folder.ts'
import { firstAccount } from '#server/testing/processes/test-server.ts'

/** Adds a member with the first account's password to the first team, in the data folder of a running server. */
export const addPerson = async (folder: string): Promise<{ id: string; email: string; password: string }> => {
  const { db, kind } = openDatabase({ kind: 'sqlite', path: join(folder, 'secrets.db') })
  const rights = await rightsInFolder(db, kind, folder)
  const id = newId('us')
  const email = `${id}@example.com`
  const at = new Date().toISOString()
  const dates = { createdAt: at, updatedAt: at }
  const { password } = await db.selectFrom('account').select('password').executeTakeFirstOrThrow()
  const team = await db.selectFrom('team').select('id').executeTakeFirstOrThrow()
  await db
    .insertInto('user')
    .values(await rights.signed('user', { id, name: `Lin ${id}`, email, emailVerified: 0, image: null, ...dates }))
    .execute()
  await db
    .insertInto('account')
    .values(
      await rights.signed('account', {
        id: `${id}-password`,
        accountId: id,
        providerId: 'credential',
        userId: id,
        password,
        ...dates,
      }),
    )
    .execute()
  await db
    .insertInto('member')
    .values(await rights.signed('member', { team_id: team.id, user_id: id, role: 'member', created_at: Date.now() }))
    .execute()
  await db.destroy()
  return { id, email, password: firstAccount.password }
}
