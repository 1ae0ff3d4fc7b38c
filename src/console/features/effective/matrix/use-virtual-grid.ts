import { defaultRangeExtractor, type Range, useVirtualizer } from '@tanstack/react-virtual'
import { type RefObject, useCallback, useLayoutEffect, useState } from 'react'
import type { Cell } from './grid-keys.ts'

/** Sizes in pixels. Rows and columns have these sizes whatever their content. */
type MatrixSizes = { header: number; row: number; name: number; column: number }

const column = 196

const sizesIn = (width: number, columns: number): MatrixSizes => {
  const control = matchMedia('(pointer: coarse)').matches ? 44 : 40
  // The names take the space that few columns leave.
  const left = Math.min(440, width - columns * column)
  return { header: 44, row: control, name: width < 528 ? 136 : Math.max(240, left), column }
}

/** Returns the sizes of the matrix for the current width of its frame. */
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

/** Returns a range extractor that always includes the active row or column, which has or will get the focus. */
const useRangeWith = (active: number) =>
  useCallback(
    (range: Range) => [...new Set([...defaultRangeExtractor(range), active])].sort((one, other) => one - other),
    [active],
  )

/** Virtualizes the rows and columns of a large grid: only those near the visible part are mounted. */
export const useVirtualGrid = (
  scroller: RefObject<HTMLElement | null>,
  count: { rows: number; columns: number },
  { header, row, name, column }: MatrixSizes,
  active: Cell,
) => {
  const getScrollElement = () => scroller.current
  const rows = useVirtualizer({
    count: count.rows,
    getScrollElement,
    estimateSize: () => row,
    overscan: 6,
    scrollMargin: header,
    rangeExtractor: useRangeWith(active.row),
  })
  const columns = useVirtualizer({
    horizontal: true,
    count: count.columns,
    getScrollElement,
    estimateSize: () => column,
    overscan: 1,
    scrollMargin: name,
    rangeExtractor: useRangeWith(active.column),
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: the virtualizers cache the sizes
  useLayoutEffect(() => {
    rows.measure()
    columns.measure()
  }, [rows, columns, row, column])
  return { rows, columns }
}
