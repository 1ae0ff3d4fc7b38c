import type { Deps } from '#server/deps.ts'

const minute = 60_000

/** Deletes what has expired, now and each minute. The function that it returns ends that. */
export const startDeletingExpired = ({
  store,
  now,
  log,
}: Pick<Deps, 'store' | 'now' | 'log'>): (() => Promise<void>) => {
  const sweep = () => store.deleteExpired(now()).catch((error) => log.error(error, { requestId: 'sweep' }))
  let last = sweep()
  const timer = setInterval(() => {
    last = sweep()
  }, minute)
  timer.unref()
  return async () => {
    clearInterval(timer)
    await last
  }
}
