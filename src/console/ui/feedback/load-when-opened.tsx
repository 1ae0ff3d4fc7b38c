import { type ComponentType, useEffect, useState } from 'react'
import { Button } from '#console/ui/forms/button.tsx'
import styles from './feedback.module.css'
import { Notice } from './notice.tsx'

type Openable = { open: boolean; onClose: () => void }

/**
 * Returns a component whose module is loaded when it first opens. It stays mounted afterwards for its closing
 * animation. If loading fails, a notice over the page says so, and typed text stays. Opening again retries.
 */
export const loadWhenOpened = <Props extends Openable>(load: () => Promise<ComponentType<Props>>) => {
  let loaded: ComponentType<Props> | undefined
  return function LoadedWhenOpened(props: Props) {
    const { open, onClose } = props
    const [Loaded, setLoaded] = useState(() => loaded)
    const [failed, setFailed] = useState(false)
    useEffect(() => {
      if (!open || Loaded) return
      let current = true
      const keep = (component: ComponentType<Props>) => {
        loaded = component
        if (current) setLoaded(() => component)
      }
      load().then(keep, () => current && setFailed(true))
      return () => {
        current = false
        setFailed(false)
      }
    }, [open, Loaded])
    if (Loaded) return <Loaded {...props} />
    if (!failed) return null
    return (
      <div className={styles.failed}>
        <Notice tone="error" actions={<Button onClick={onClose}>Dismiss</Button>}>
          A part of the console could not be loaded. Check the connection, then try again.
        </Notice>
      </div>
    )
  }
}
