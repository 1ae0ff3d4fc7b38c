import { useCallback, useState } from 'react'

/** What an open dialog asks about. It stays while the dialog closes; each time it is asked, `key` is another. */
export const useDialogQuestion = <Item>() => {
  const [asked, setAsked] = useState<{ item: Item; open: boolean; key: number }>()
  const ask = useCallback((item: Item) => setAsked({ item, open: true, key: performance.now() }), [])
  const close = useCallback(() => setAsked((before) => before && { ...before, open: false }), [])
  return { asked, ask, close }
}
