import { Button } from './button.tsx'
import styles from './found-line.module.css'

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
