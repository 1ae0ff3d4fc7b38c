import { VisuallyHidden } from '#console/ui/layout/visually-hidden.tsx'
import styles from './feedback.module.css'

type SkeletonProps = {
  rows: number
  /** Height of a row in pixels: that of the rows to come, so that nothing jumps. */
  height: number
}

/** Stands for rows that are being loaded; to be seen after 150 ms only. */
export function Skeleton({ rows, height }: SkeletonProps) {
  return (
    <div role="status" className={styles.rows}>
      <VisuallyHidden>Loading…</VisuallyHidden>
      {Array.from({ length: rows }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all alike
        <div key={index} aria-hidden className={styles.row} style={{ height }} />
      ))}
    </div>
  )
}
