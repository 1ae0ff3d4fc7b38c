import { type ReactNode, useEffect, useId } from 'react'
import styles from '#console/features/effective/matrix/effective.module.css'
import { LoadFailed } from '#console/ui/feedback/failure-notice.tsx'
import { Skeleton } from '#console/ui/feedback/skeleton.tsx'
import { useLoadError } from '#console/ui/hooks/use-load-error.ts'
import type { MatrixReader } from '#shared/workload/matrix-reader.ts'
import type { Pair } from '#shared/workload/workload.ts'
import { useEffectiveMatrix } from './use-effective-matrix.ts'

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
