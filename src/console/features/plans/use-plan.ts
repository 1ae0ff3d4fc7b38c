import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useId, useState } from 'react'
import { useLoadError } from '#console/ui/hooks/use-load-error.ts'
import { Failure } from '#shared/failure.ts'
import { type Plan, plan } from '#shared/plans/plan.ts'

/** Timeout for fetching a plan, in milliseconds. */
const timeout = 10_000

/**
 * Fetches the plan of a change with `read`, again for each new `subject`; nothing while `subject` is `undefined`. The
 * plan belongs to one form or dialog: it is fetched once, stays as shown, and is removed with the component.
 */
export const usePlan = (subject: string | undefined, read: (signal: AbortSignal) => Promise<Plan>) => {
  const queryClient = useQueryClient()
  const ownerId = useId()
  const [newerHash, setNewerHash] = useState<string>()
  const query = useQuery({
    queryKey: ['plans', ownerId, subject],
    queryFn: async ({ signal }) => {
      // Loads the component in parallel, so that plan and component appear together.
      const component = import('./plan-details.tsx').catch(() => undefined)
      const plan = await read(AbortSignal.any([signal, AbortSignal.timeout(timeout)])).catch(throwTimeout)
      await component
      return plan
    },
    enabled: subject !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
    refetchOnReconnect: false,
  })
  const { data, isFetching, refetch } = query
  const error = useLoadError(query)

  /** Shows the newer plan from the error of a refused change. Returns whether the error has one. */
  const showNewerPlan = useCallback(
    (refusal: unknown): boolean => {
      const newer = planFromConflict(refusal)
      if (!newer) return false
      queryClient.setQueryData(['plans', ownerId, subject], newer)
      setNewerHash(newer.hash)
      return true
    },
    [queryClient, ownerId, subject],
  )
  const isNewer = data !== undefined && data.hash === newerHash
  return { plan: data, error, pending: isFetching, isNewer, showNewerPlan, reload: refetch }
}

export type ShownPlan = ReturnType<typeof usePlan>

const throwTimeout = (thrown: unknown): never => {
  if (!(thrown instanceof DOMException) || thrown.name !== 'TimeoutError') throw thrown
  throw new Failure('TIMEOUT', 'The server took too long to answer.')
}

/** Returns the request condition that the server's plan is still the one shown; none if no plan was shown. */
export const planCondition = ({ plan }: Pick<ShownPlan, 'plan'>): { plan?: string } => (plan ? { plan: plan.hash } : {})

/** Returns the newer plan from the `CONFLICT` error of a change whose plan is outdated. */
export const planFromConflict = (error: unknown): Plan | undefined => {
  if (!(error instanceof Failure) || error.code !== 'CONFLICT') return undefined
  return plan.safeParse(error.issues[0]?.plan).data
}
