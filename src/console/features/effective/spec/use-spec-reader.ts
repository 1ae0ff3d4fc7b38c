import { useCallback, useEffect, useState } from 'react'

type SpecReader = Pick<typeof import('#shared/spec/parse-spec.ts'), 'readSpec' | 'variablesOf'>

let loaded: SpecReader | undefined

/** Loads what reads workloads' files when there is one to read: with its parser, it outweighs the page. */
export const useSpecReader = (isWanted: boolean) => {
  const [reader, setReader] = useState(loaded)
  const [error, setError] = useState<unknown>()
  const load = useCallback(async () => {
    try {
      loaded = await import('#shared/spec/parse-spec.ts')
      setReader(loaded)
      setError(undefined)
    } catch (thrown) {
      setError(thrown)
    }
  }, [])
  useEffect(() => {
    if (isWanted && !reader) void load()
  }, [isWanted, reader, load])
  return { reader, error, load }
}
