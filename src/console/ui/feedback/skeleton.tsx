import { VisuallyHidden } from '#console/ui/layout/visually-hidden.tsx'
import styles from './feedback.module.css'

type SkeletonProps = {
  rows: number
  /** Height of a row in pixels. Use the height of the real rows, so that the layout does not shift. */
  height: number
}

/** Placeholder for rows that are loading. Appears after 150 ms. */
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
