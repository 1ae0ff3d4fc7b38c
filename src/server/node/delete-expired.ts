import type { Deps } from '#server/deps.ts'

const minute = 60_000

/** Deletes expired rows and old trash now and every minute. Returns a function that stops this. */
export const startDeletingExpired = ({
  store,
  now,
  log,
}: Pick<Deps, 'store' | 'now' | 'log'>): (() => Promise<void>) => {
  const deleteExpired = () => store.deleteExpired(now()).catch((error) => log.error(error, { requestId: 'sweep' }))
  let lastRun = deleteExpired()
  const timer = setInterval(() => {
    lastRun = deleteExpired()
  }, minute)
  timer.unref()
  return async () => {
    clearInterval(timer)
    await lastRun
  }
}
