import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useId, useState } from 'react'
import { useLoadError } from '#console/ui/hooks/use-load-error.ts'
import { Failure } from '#shared/failure.ts'
import { type Plan, plan } from '#shared/plans/plan.ts'

/** So long, in milliseconds, somebody waits at most to be told what a change touches. */
const patience = 10_000

/**
 * What a change will touch, read anew for each `subject`; nothing while there is none. It belongs to one form or dialog:
 * it is read when that opens, stays as it was shown, and is forgotten with it.
 */
export const usePlan = (subject: string | undefined, read: (signal: AbortSignal) => Promise<Plan>) => {
  const queryClient = useQueryClient()
  const place = useId()
  const [refusedBy, setRefusedBy] = useState<string>()
  const query = useQuery({
    queryKey: ['plans', place, subject],
    queryFn: async ({ signal }) => {
      // What shows it is loaded meanwhile, so that it does not come in two steps.
      const shows = import('./plan-details.tsx').catch(() => undefined)
      const told = await read(AbortSignal.any([signal, AbortSignal.timeout(patience)])).catch(orTooSlow)
      await shows
      return told
    },
    enabled: subject !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
    refetchOnReconnect: false,
  })
  const { data, isFetching, refetch } = query
  const error = useLoadError(query)

  /** Shows the newer plan that a change was refused with; tells whether there was one. */
  const showNewerPlan = useCallback(
    (refusal: unknown): boolean => {
      const newer = newerPlan(refusal)
      if (!newer) return false
      queryClient.setQueryData(['plans', place, subject], newer)
      setRefusedBy(newer.hash)
      return true
    },
    [queryClient, place, subject],
  )
  const isNewer = data !== undefined && data.hash === refusedBy
  return { plan: data, error, pending: isFetching, isNewer, showNewerPlan, reload: refetch }
}

export type ShownPlan = ReturnType<typeof usePlan>

const orTooSlow = (thrown: unknown): never => {
  if (!(thrown instanceof DOMException) || thrown.name !== 'TimeoutError') throw thrown
  throw new Failure('TIMEOUT', 'The server took too long to answer.')
}

/** The condition of a change that was decided by a plan, if one was shown. */
export const planCondition = ({ plan }: Pick<ShownPlan, 'plan'>): { plan?: string } => (plan ? { plan: plan.hash } : {})

/** The plan that a change was refused with, because the one that it was decided by holds no more. */
export const newerPlan = (error: unknown): Plan | undefined => {
  if (!(error instanceof Failure) || error.code !== 'CONFLICT') return undefined
  return plan.safeParse(error.issues[0]?.plan).data
}
