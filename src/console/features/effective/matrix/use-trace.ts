import { useEffect, useRef, useState } from 'react'
import type { Cell } from './grid-keys.ts'

/** How long the pointer must rest on a cell before its trace shows, in milliseconds. */
const showDelay = 150
/** How long a trace stays after the pointer has left the cell, so that the pointer can reach it, in milliseconds. */
const hideDelay = 250

const isSame = (one: Cell | undefined, other: Cell | undefined) =>
  one?.row === other?.row && one?.column === other?.column

/**
 * Keeps which cell’s trace is shown: the cell under the pointer, or else the one with the focus. Escape hides the trace
 * until the pointer moves to another cell, or Enter or a click shows it again.
 */
export const useTrace = () => {
  const [hovered, setHovered] = useState<Cell>()
  const [focused, setFocused] = useState<Cell>()
  const [isDismissed, setDismissed] = useState(false)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])

  const later = (milliseconds: number, cell: Cell | undefined) => {
    clearTimeout(timer.current)
    timer.current = setTimeout(() => setHovered(cell), milliseconds)
  }
  return {
    shown: hovered ?? (isDismissed ? undefined : focused),
    /** Call when the pointer is on a cell. */
    hover: (cell: Cell) => {
      if (isSame(cell, hovered)) clearTimeout(timer.current)
      else later(showDelay, cell)
    },
    /** Call when the pointer is on the trace. */
    keepOpen: () => clearTimeout(timer.current),
    /** Call when the pointer has left the cells or the trace. */
    leave: () => later(hideDelay, undefined),
    focus: setFocused,
    /** Shows the trace of the focused cell. */
    show: () => setDismissed(false),
    dismiss: () => {
      clearTimeout(timer.current)
      setHovered(undefined)
      setDismissed(true)
    },
  }
}
