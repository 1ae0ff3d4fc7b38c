import '#console/ui/tokens.css'
import '#console/ui/base.css'
import { QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { createBrowserRouter, RouterProvider } from 'react-router-dom'
import { loginAddress } from '#console/features/session/login-address.ts'
import { routes } from '#console/pages/routes.tsx'
import { Announcer } from '#console/ui/feedback/announcer.tsx'
import { createQueryClient } from '#console/ui/query-client.ts'

if (import.meta.env.DEV && import.meta.env.MODE !== 'server') {
  const { startMock } = await import('#console/mock/start-mock.ts')
  await startMock()
}

/** Pages that somebody who is not signed in is to see. */
const outside = ['/login', '/setup', '/invite']

const router = createBrowserRouter(routes)
const queryClient = createQueryClient({
  onUnauthorized: () => {
    const { pathname, search } = router.state.location
    if (!outside.includes(pathname)) void router.navigate(loginAddress(pathname + search))
  },
})

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no #root')
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <Announcer>
        <RouterProvider router={router} />
      </Announcer>
    </QueryClientProvider>
  </StrictMode>,
)
