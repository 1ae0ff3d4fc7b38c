import type { QueryClient } from '@tanstack/react-query'
import type { Client } from '#client/client.ts'
import { Failure } from '#shared/failure.ts'
import type { ChangeNotice } from '#shared/notice.ts'
import { createRefetcher } from './refetch-changed.ts'

const second = 1000
/** Milliseconds between attempts to open the stream: exponential backoff from `first` to `last`. */
const backoff = { first: second, last: 10 * second }
/** Milliseconds between refetches of all visible data while there is no stream. */
const pollInterval = 15 * second

const anything: ChangeNotice = { kind: 'anything' }

/**
 * Keeps a stream of change notices open while the page is visible, and refetches the queries that each notice concerns.
 * A hidden page closes its stream, because browsers limit the connections to one server. Refetches everything when a
 * stream opens, and regularly while none can be opened. Runs until `signal` is aborted.
 */
export const followChanges = async (
  client: Pick<Client, 'changes'>,
  queryClient: QueryClient,
  signal: AbortSignal,
): Promise<void> => {
  if (signal.aborted) return
  const { onNotice, end } = createRefetcher(queryClient)
  signal.addEventListener('abort', end)
  let isOpen = false
  const polling = setInterval(() => {
    if (!isOpen && isVisible()) onNotice(anything)
  }, pollInterval)
  signal.addEventListener('abort', () => clearInterval(polling))

  let pause = backoff.first
  while (!signal.aborted) {
    await waitUntilVisible(signal)
    const hidden = abortWhenHidden(signal)
    let wait = 0
    try {
      const notices = await client.changes(hidden.signal)
      isOpen = true
      pause = backoff.first
      onNotice(anything)
      for await (const notice of notices) onNotice(notice)
    } catch (error) {
      if (error instanceof Failure && error.retryAfter) wait = error.retryAfter * second
      // The session has ended, or the person left the team. A refetch of any query shows it.
      if (error instanceof Failure && (error.status === 401 || error.status === 404)) onNotice(anything)
    } finally {
      isOpen = false
      hidden.dispose()
    }
    if (signal.aborted || hidden.signal.aborted) continue
    await sleep(Math.max(wait, pause * (0.5 + Math.random() / 2)), signal)
    pause = Math.min(pause * 2, backoff.last)
  }
}

const isVisible = (): boolean => document.visibilityState === 'visible'

const waitUntilVisible = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (isVisible() || signal.aborted) return resolve()
    const look = () => {
      if (!isVisible() && !signal.aborted) return
      document.removeEventListener('visibilitychange', look)
      resolve()
    }
    document.addEventListener('visibilitychange', look)
    signal.addEventListener('abort', look, { once: true })
  })

/** Returns a signal that is aborted when the page becomes hidden or `signal` is aborted. */
const abortWhenHidden = (signal: AbortSignal): { signal: AbortSignal; dispose(): void } => {
  const controller = new AbortController()
  const look = () => {
    if (!isVisible() || signal.aborted) controller.abort()
  }
  document.addEventListener('visibilitychange', look)
  signal.addEventListener('abort', look)
  return {
    signal: controller.signal,
    dispose: () => {
      document.removeEventListener('visibilitychange', look)
      signal.removeEventListener('abort', look)
    },
  }
}

const sleep = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer)
        resolve()
      },
      { once: true },
    )
  })
