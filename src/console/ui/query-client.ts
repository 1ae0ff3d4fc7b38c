import { QueryCache, QueryClient } from '@tanstack/react-query'
import { Failure } from '#shared/failure.ts'

const mayPass = (error: unknown) =>
  error instanceof Failure && (error.code === 'UNAVAILABLE' || error.code === 'TIMEOUT')

/** The cache of what the server says. `onUnauthorized` is called when it says that nobody is signed in. */
export const createQueryClient = ({ onUnauthorized }: { onUnauthorized: () => void }): QueryClient =>
  new QueryClient({
    queryCache: new QueryCache({
      onError: (error) => {
        if (error instanceof Failure && error.code === 'UNAUTHORIZED') onUnauthorized()
      },
    }),
    defaultOptions: {
      queries: { retry: (failures, error) => failures < 2 && mayPass(error), networkMode: 'always' },
      mutations: { networkMode: 'always' },
    },
  })
