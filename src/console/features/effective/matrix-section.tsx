import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useEffect, useId } from 'react'
import { secretKeys } from '#console/features/secrets/secret-cache.ts'
import { useSession } from '#console/features/session/use-session.ts'
import { useClient } from '#console/ui/client-context.tsx'
import { LoadFailed } from '#console/ui/feedback/failure-notice.tsx'
import { Skeleton } from '#console/ui/feedback/skeleton.tsx'
import { useLoadError } from '#console/ui/hooks/use-load-error.ts'
import { type MatrixReader, readMatrix } from '#shared/workload/matrix-reader.ts'
import type { Pair } from '#shared/workload/workload.ts'
import styles from './environment.module.css'

type MatrixSectionProps = {
  pair: Pair
  explanation: string
  /** Loads the code of what is shown, while the server is asked. */
  load: () => Promise<unknown>
  children: (matrix: MatrixReader) => ReactNode
}

/** The part of a page about what workloads get, once that is read; and what there is to say when it is not. */
export function MatrixSection({ pair, explanation, load, children }: MatrixSectionProps) {
  const matrix = useEffectiveMatrix(pair)
  const error = useLoadError(matrix)
  const headingId = useId()
  useEffect(() => {
    // If it fails, it is told where it is used.
    load().catch(() => undefined)
  }, [load])
  return (
    <section aria-labelledby={headingId} className={styles.section}>
      <div className={styles.intro}>
        <h2 id={headingId} className={styles.heading}>
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
 * Everything that decides what workloads get: of a project on every cluster, of a cluster in every project, or of the
 * team. Its key is one of those of secrets, so that it is forgotten with them when one is written.
 */
const useEffectiveMatrix = (pair: Pair) => {
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
