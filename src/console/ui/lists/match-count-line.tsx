import { Button } from '#console/ui/forms/button.tsx'
import styles from './match-count-line.module.css'

/** Says how many a filter has found, and takes the filter away. */
export function FoundLine({ words, onClear }: { words: string; onClear: () => void }) {
  return (
    <div className={styles.found}>
      <p role="status">{words}</p>
      <Button look="plain" onClick={onClear}>
        Clear filter
      </Button>
    </div>
  )
}
