import type { Page } from '@playwright/test'

/**
 * Has all requests to `url` fail, until they are held back: those are let through when it is mended. So nothing is
 * loaded before a test is ready for it, though pages read themselves anew.
 */
export const failRequests = async (page: Page, url: string | RegExp) => {
  const mended = Promise.withResolvers<void>()
  let isHeld = false
  await page.route(url, async (route) => {
    if (!isHeld) return route.fulfill({ status: 500 })
    await mended.promise
    // The page may have given it up.
    return route.continue().catch(() => undefined)
  })
  return {
    holdBack: () => {
      isHeld = true
    },
    mend: () => mended.resolve(),
  }
}
