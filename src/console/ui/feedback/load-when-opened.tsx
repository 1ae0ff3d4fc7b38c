import { type ComponentType, useEffect, useState } from 'react'
import { Button } from '#console/ui/forms/button.tsx'
import styles from './feedback.module.css'
import { Notice } from './notice.tsx'

type Openable = { open: boolean; onClose: () => void }

/**
 * Makes a component whose module is loaded when it is first open; it stays in place then, for its way out.
 * A module that cannot be loaded says so beside the page, which may hold something typed, and is tried again when opened again.
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
