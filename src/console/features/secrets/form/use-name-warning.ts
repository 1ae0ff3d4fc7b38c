import { useEffect, useState } from 'react'

type Warn = (name: string) => string | undefined

let loaded: Warn | undefined

/**
 * Returns a warning about a name that can be stored and that workloads get by reference only. Its list of names is
 * loaded when the person types the first one; without it, the name can still be stored.
 */
export const useNameWarning = (name: string): string | undefined => {
  const [warn, setWarn] = useState(() => loaded)
  const isTyped = name !== ''

  useEffect(() => {
    if (!isTyped || warn) return
    let current = true
    import('#shared/workload/injectable-names.ts').then(
      ({ nameWarning }) => {
        loaded = nameWarning
        if (current) setWarn(() => nameWarning)
      },
      () => undefined,
    )
    return () => {
      current = false
    }
  }, [isTyped, warn])

  return isTyped ? warn?.(name) : undefined
}
