import { useEffect, useRef, useState } from 'react'
import type { Cell } from './grid-keys.ts'

/** So long a pointer rests on a cell before its trace shows, in milliseconds: passing over is not asking. */
const restFor = 150
/** So long a trace stays when the pointer has left, so that it can be reached. */
const stayFor = 250

const isSame = (one: Cell | undefined, other: Cell | undefined) =>
  one?.row === other?.row && one?.column === other?.column

/**
 * Which cell’s trace is shown: that under the pointer, else that with the focus. Escape puts it away, until the pointer
 * comes to another cell, or Enter or a click asks for it.
 */
export const useTrace = () => {
  const [pointed, setPointed] = useState<Cell>()
  const [focused, setFocused] = useState<Cell>()
  const [isQuiet, setQuiet] = useState(false)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])

  const later = (milliseconds: number, cell: Cell | undefined) => {
    clearTimeout(timer.current)
    timer.current = setTimeout(() => setPointed(cell), milliseconds)
  }
  return {
    shown: pointed ?? (isQuiet ? undefined : focused),
    /** The pointer is on a cell. */
    point: (cell: Cell) => {
      if (isSame(cell, pointed)) clearTimeout(timer.current)
      else later(restFor, cell)
    },
    /** The pointer is on what is shown. */
    stay: () => clearTimeout(timer.current),
    /** The pointer has left the cells, or the trace. */
    leave: () => later(stayFor, undefined),
    focus: setFocused,
    /** Shows the trace of the cell with the focus. */
    ask: () => setQuiet(false),
    dismiss: () => {
      clearTimeout(timer.current)
      setPointed(undefined)
      setQuiet(true)
    },
  }
}

export type Trace = ReturnType<typeof useTrace>
