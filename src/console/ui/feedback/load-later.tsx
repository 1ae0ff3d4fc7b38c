import { type ComponentType, type ReactNode, useCallback, useEffect, useState } from 'react'
import { LoadFailed } from './failure-notice.tsx'
import { Skeleton } from './skeleton.tsx'

/**
 * Returns a component whose module is loaded at its first render, for a part that the rest of the page does not wait
 * for. Renders `waiting` until then. If loading fails, the component shows a notice; the rest of the page still works.
 */
export const loadLater = <Props extends object>(
  what: string,
  load: () => Promise<ComponentType<Props>>,
  waiting: ReactNode = <Skeleton rows={2} height={52} />,
) => {
  let loaded: ComponentType<Props> | undefined
  return function LoadedLater(props: Props) {
    const [Loaded, setLoaded] = useState(() => loaded)
    const [error, setError] = useState<unknown>()
    const start = useCallback(async () => {
      try {
        const component = await load()
        loaded = component
        setLoaded(() => component)
      } catch (thrown) {
        setError(thrown)
      }
    }, [])
    useEffect(() => {
      if (!Loaded) void start()
    }, [Loaded, start])
    if (Loaded) return <Loaded {...props} />
    if (error === undefined) return waiting
    return <LoadFailed what={what} error={error} onRetry={start} />
  }
}
