import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useEffect, useId } from 'react'
import { secretKeys } from '#console/features/secrets/secret-cache.ts'
import { useSession } from '#console/features/session/use-session.ts'
import { useClient } from '#console/ui/client-context.tsx'
import { LoadFailed } from '#console/ui/feedback/failure-notice.tsx'
import { Skeleton } from '#console/ui/feedback/skeleton.tsx'
import { useLoadError } from '#console/ui/hooks/use-load-error.ts'
import common from '#console/ui/layout/common.module.css'
import { type MatrixReader, readMatrix } from '#shared/workload/matrix-reader.ts'
import type { Pair } from '#shared/workload/workload.ts'
import styles from './environment.module.css'

type MatrixSectionProps = {
  pair: Pair
  explanation: string
  /** Loads the code of the content while the server is queried. */
  load: () => Promise<unknown>
  children: (matrix: MatrixReader) => ReactNode
}

/** Renders the part of a page about what workloads get: a skeleton, an error, or the content. */
export function MatrixSection({ pair, explanation, load, children }: MatrixSectionProps) {
  const matrix = useEffectiveMatrix(pair)
  const error = useLoadError(matrix)
  const headingId = useId()
  useEffect(() => {
    // The component that uses the code shows the error.
    load().catch(() => undefined)
  }, [load])
  return (
    <section aria-labelledby={headingId} className={styles.section}>
      <div className={styles.intro}>
        <h2 id={headingId} className={common.heading}>
          Environment
        </h2>
        <p>{explanation}</p>
      </div>
      {error !== undefined ? (
        <LoadFailed what="What workloads get" error={error} onRetry={matrix.refetch} />
      ) : !matrix.data ? (
        <Skeleton rows={6} height={40} />
      ) : (
        children(matrix.data)
      )}
    </section>
  )
}

/**
 * Fetches everything that decides what workloads get: of a project on every cluster, of a cluster in every project, or of
 * the team. Its query key is below that of secrets, so that a write of a secret invalidates it.
 */
const useEffectiveMatrix = (pair: Pair) => {
  const client = useClient()
  const { team } = useSession()
  return useQuery({
    queryKey: [...secretKeys.all, 'effective', team.id, pair],
    queryFn: ({ signal }) => client.effective.matrix(pair, signal),
    select: readMatrix,
    // Comparing half a million entries takes longer than rendering again.
    structuralSharing: false,
  })
}
