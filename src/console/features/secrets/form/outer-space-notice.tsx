import { useEffect, useState } from 'react'
import { Notice } from '#console/ui/feedback/notice.tsx'
import { Button } from '#console/ui/forms/button.tsx'
import { outerSpace } from '#shared/secret.ts'
import styles from './secret-form.module.css'
import { useAfterPause } from './use-after-pause.ts'

/** Points out white space around a value, which is pasted more often than meant. It stops nobody. */
export function OuterSpaceNotice({ value, onTrim }: { value: string; onTrim: () => void }) {
  const found = outerSpace(value)
  const told = useAfterPause(found !== undefined, value)
  const [kept, setKept] = useState(false)
  const empty = value === ''

  // What was decided holds for this value, not for the next one.
  useEffect(() => {
    if (empty) setKept(false)
  }, [empty])

  if (!told || kept) return null
  const choices = (
    <>
      <Button className={styles.small} onClick={onTrim}>
        Trim
      </Button>
      <Button className={styles.small} onClick={() => setKept(true)}>
        Keep
      </Button>
    </>
  )
  return (
    <div className={styles.outerSpace}>
      <Notice tone="warn" actions={choices}>
        {found}
      </Notice>
    </div>
  )
}
