import { join } from 'node:path'
import { afterEach, expect, it, vi } from 'vitest'
import { openDatabase } from '#server/node/database/open-database.ts'
import { cleanUp } from '#server/testing/clean-up.ts'
import { newTemporaryFolder } from '#server/testing/processes/temporary-folder.ts'
import { sessionCookie, startTestServer } from '#server/testing/processes/test-server.ts'
import { startDeletingExpired } from './delete-expired.ts'

afterEach(() => vi.useRealTimers())

const sweeping = (deleteExpired: (at: number) => Promise<void>) => {
  vi.useFakeTimers()
  const errors: unknown[] = []
  const store = { deleteExpired } as Parameters<typeof startDeletingExpired>[0]['store']
  const log = { request: () => undefined, error: (error: unknown) => errors.push(error) }
  return { stop: startDeletingExpired({ store, now: () => Date.now(), log }), errors }
}

it('deletes expired rows at the start and every minute until stopped', async () => {
  const times: number[] = []
  const start = Date.now()
  const { stop } = sweeping(async (at) => void times.push(Math.round((at - start) / 60_000)))
  await vi.advanceTimersByTimeAsync(120_000)
  await stop()
  await vi.advanceTimersByTimeAsync(120_000)
  expect(times).toEqual([0, 1, 2])
})

it('continues after the database fails', async () => {
  let asked = 0
  const { stop, errors } = sweeping(async () => {
    asked++
    throw new Error('gone')
  })
  await vi.advanceTimersByTimeAsync(60_000)
  await stop()
  expect([asked, errors]).toEqual([2, [new Error('gone'), new Error('gone')]])
})

it('a server deletes at its start what expired while it was down', async () => {
  const folder = newTemporaryFolder()
  const first = await startTestServer({ DATA_DIR: folder })
  const session = sessionCookie(await first.setUp())
  for (const expiresIn of [60, 3600]) {
    await first.request('POST', `/secrets/ephemeral?expiresIn=${expiresIn}`, { A: 'x' }, session)
  }
  const { db } = openDatabase({ kind: 'sqlite', path: join(folder, 'secrets.db') })
  cleanUp(() => db.destroy())
  const rows = () => db.selectFrom('ephemeral_secret').select('expires_at').orderBy('expires_at').execute()
  const [, long] = await rows()
  await db
    .updateTable('ephemeral_secret')
    .set({ expires_at: 1 })
    .where('expires_at', '!=', long?.expires_at ?? 0)
    .execute()
  await startTestServer({ DATA_DIR: folder })
  await expect.poll(rows).toEqual([long])
})
