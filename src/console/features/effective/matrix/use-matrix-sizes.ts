import { type RefObject, useLayoutEffect, useState } from 'react'

/** In pixels; the virtual rows and columns stand by these, whatever is in them. */
export type MatrixSizes = { header: number; row: number; name: number; column: number }

const column = 196

const sizesIn = (width: number, columns: number): MatrixSizes => {
  const control = matchMedia('(pointer: coarse)').matches ? 44 : 40
  // Names take the room that few columns leave.
  const left = Math.min(440, width - columns * column)
  return { header: 44, row: control, name: width < 528 ? 136 : Math.max(240, left), column }
}

/** The sizes of the matrix in its frame, as it is now. */
export const useMatrixSizes = (frame: RefObject<HTMLElement | null>, columns: number): MatrixSizes => {
  const [width, setWidth] = useState(0)
  useLayoutEffect(() => {
    const measure = () => setWidth(frame.current?.clientWidth ?? 0)
    measure()
    const observer = new ResizeObserver(measure)
    if (frame.current) observer.observe(frame.current)
    return () => observer.disconnect()
  }, [frame])
  return sizesIn(width, columns)
}
