import { useCallback, useState } from 'react'

/** Holds the subject of a confirmation dialog. It stays while the dialog closes; `key` changes with every `ask`. */
export const useDialogQuestion = <Item>() => {
  const [asked, setAsked] = useState<{ item: Item; open: boolean; key: number }>()
  const ask = useCallback((item: Item) => setAsked({ item, open: true, key: performance.now() }), [])
  const close = useCallback(() => setAsked((before) => before && { ...before, open: false }), [])
  return { asked, ask, close }
}
