import type { Page } from '@playwright/test'

/**
 * Fails all requests to `url` until the test pauses them; paused requests continue when the test restores the
 * connection. So nothing loads before the test is ready, although pages reload their data on their own.
 */
export const failRequests = async (page: Page, url: string | RegExp) => {
  const mended = Promise.withResolvers<void>()
  let isHeld = false
  await page.route(url, async (route) => {
    if (!isHeld) return route.fulfill({ status: 500 })
    await mended.promise
    // The page may have cancelled it.
    return route.continue().catch(() => undefined)
  })
  return {
    holdBack: () => {
      isHeld = true
    },
    mend: () => mended.resolve(),
  }
}
