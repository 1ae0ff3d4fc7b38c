import { useQuery } from '@tanstack/react-query'
import { secretKeys } from '#console/features/secrets/secret-cache.ts'
import { useSession } from '#console/features/session/use-session.ts'
import { useClient } from '#console/ui/client-context.tsx'
import { readMatrix } from '#shared/workload/matrix-reader.ts'
import type { Pair } from '#shared/workload/workload.ts'

/**
 * Everything that decides what workloads get: of a project on every cluster, of a cluster in every project, or of the
 * team. Its key is one of those of secrets, so that it is forgotten with them when one is written.
 */
export const useEffectiveMatrix = (pair: Pair) => {
  const client = useClient()
  const { team } = useSession()
  return useQuery({
    queryKey: [...secretKeys.all, 'effective', team.id, pair],
    queryFn: ({ signal }) => client.effective.matrix(pair, signal),
    select: readMatrix,
    // To compare half a million entries with those before takes longer than to draw anew.
    structuralSharing: false,
  })
}
