import { type ComponentType, type ReactNode, useCallback, useEffect, useState } from 'react'
import { LoadFailed } from './failure-notice.tsx'
import { Skeleton } from './skeleton.tsx'

/**
 * Makes a component whose module is loaded when it is first rendered: for a part of a page that the page need not wait
 * for. `waiting` stands in its place until it is there. A module that cannot be loaded says so, and leaves the rest of
 * the page as it is.
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
