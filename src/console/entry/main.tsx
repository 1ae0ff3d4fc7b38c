import '#console/ui/tokens.css'
import '#console/ui/base.css'
import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { createBrowserRouter, RouterProvider } from 'react-router-dom'
import { loginAddress } from '#console/features/session/login-address.ts'
import { routes } from '#console/pages/routes.tsx'
import { Announcer } from '#console/ui/feedback/announcer.tsx'
import { hasCode } from '#console/ui/feedback/failure-words.ts'

// The only reference to the mock, which reaches the server's code. A build drops it.
if (import.meta.env.DEV && import.meta.env.MODE !== 'server') {
  const { startMock } = await import('#console/mock/start-mock.ts')
  await startMock()
}

/** Pages that need no session. */
const publicPages = ['/login', '/setup', '/invite']

const router = createBrowserRouter(routes)

/** Opens the login page, unless the current page needs no session. */
const goToLogin = () => {
  const { pathname, search } = router.state.location
  if (!publicPages.includes(pathname)) void router.navigate(loginAddress(pathname + search))
}

const isTransient = (error: unknown) => hasCode(error, 'UNAVAILABLE') || hasCode(error, 'TIMEOUT')

const queryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error) => {
      if (hasCode(error, 'UNAUTHORIZED')) goToLogin()
    },
  }),
  defaultOptions: {
    queries: { retry: (failures, error) => failures < 2 && isTransient(error), networkMode: 'always' },
    mutations: { networkMode: 'always' },
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
