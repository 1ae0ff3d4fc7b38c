import { queryOptions } from '@tanstack/react-query'
import type { Client } from '#client/client.ts'
import { Failure } from '#shared/failure.ts'
import type { OpenidAddress } from '#shared/people/openid.ts'

/** Query for how people sign in here. */
export const signInWaysQuery = (client: Client) =>
  queryOptions({ queryKey: ['sign-in ways'], queryFn: () => client.signInWays(), staleTime: 60_000 })

const nextKey = 'gradient-openid-next'

/** Opens the identity provider on this page. `next` is opened after a sign-in. */
export const goToProvider = async (address: Promise<OpenidAddress>, next?: string): Promise<void> => {
  const { url } = await address
  if (next === undefined) sessionStorage.removeItem(nextKey)
  else sessionStorage.setItem(nextKey, next)
  window.location.assign(url)
}

/** Returns the page that {@link goToProvider} was to open, once. */
export const takeNext = (): string | undefined => {
  const next = sessionStorage.getItem(nextKey) ?? undefined
  sessionStorage.removeItem(nextKey)
  return next
}

/** Opens the identity provider in a window of its own, so that this page keeps what was typed. */
export const confirmInWindow = async (getAddress: () => Promise<OpenidAddress>): Promise<void> => {
  // Before the request: browsers block a window that does not open with the click.
  const opened = window.open('', 'gradient-confirmation', 'popup,width=520,height=680')
  if (!opened)
    throw new Failure('BAD_REQUEST', 'The browser blocked the window. Allow windows of this page, and retry.')
  try {
    opened.location.href = (await getAddress()).url
  } catch (error) {
    opened.close()
    throw error
  }
}

/** Tells the other pages of this browser that the person has confirmed. The provider may cut the window's opener off. */
export const confirmationChannel = (): BroadcastChannel => new BroadcastChannel('gradient-confirmation')
