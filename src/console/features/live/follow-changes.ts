import type { QueryClient } from '@tanstack/react-query'
import type { Client } from '#client/client.ts'
import { Failure } from '#shared/failure.ts'
import type { ChangeNotice } from '#shared/notice.ts'
import { createRefetcher } from './refetch-changed.ts'

const second = 1000
/** Between two attempts to open the stream, in milliseconds: doubled from the first to the last. */
const pauses = { first: second, last: 10 * second }
/** How often everything in sight is read anew while there is no stream. */
const pollEvery = 15 * second

const anything: ChangeNotice = { kind: 'anything' }

/**
 * Keeps a stream of changes open while the page is in sight, and has what each concerns read anew. A page out of sight has none: browsers
 * have few connections for all pages of a server. When a stream begins, anything may have been missed; while none can be
 * had, anything may have changed every now and then. Runs until it is aborted.
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
  }, pollEvery)
  signal.addEventListener('abort', () => clearInterval(polling))

  let pause = pauses.first
  while (!signal.aborted) {
    await untilVisible(signal)
    const hidden = whenHidden(signal)
    let wait = 0
    try {
      const notices = await client.changes(hidden.signal)
      isOpen = true
      pause = pauses.first
      onNotice(anything)
      for await (const notice of notices) onNotice(notice)
    } catch (error) {
      if (error instanceof Failure && error.retryAfter) wait = error.retryAfter * second
      // Nobody is signed in any more, or is in this team: reading anything says so.
      if (error instanceof Failure && (error.status === 401 || error.status === 404)) onNotice(anything)
    } finally {
      isOpen = false
      hidden.forget()
    }
    if (signal.aborted || hidden.signal.aborted) continue
    await sleep(Math.max(wait, pause * (0.5 + Math.random() / 2)), signal)
    pause = Math.min(pause * 2, pauses.last)
  }
}

const isVisible = (): boolean => document.visibilityState === 'visible'

const untilVisible = (signal: AbortSignal): Promise<void> =>
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

/** A signal that is aborted when the page goes out of sight, or `signal` is. */
const whenHidden = (signal: AbortSignal): { signal: AbortSignal; forget(): void } => {
  const controller = new AbortController()
  const look = () => {
    if (!isVisible() || signal.aborted) controller.abort()
  }
  document.addEventListener('visibilitychange', look)
  signal.addEventListener('abort', look)
  return {
    signal: controller.signal,
    forget: () => {
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
