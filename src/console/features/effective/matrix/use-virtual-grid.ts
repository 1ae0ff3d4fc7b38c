import { defaultRangeExtractor, type Range, useVirtualizer } from '@tanstack/react-virtual'
import { type RefObject, useCallback, useLayoutEffect } from 'react'
import type { Cell } from './grid-keys.ts'
import type { MatrixSizes } from './use-matrix-sizes.ts'

/** What is near the window, and the one that has the focus or would get it: it stays, wherever one scrolls. */
const useRangeWith = (kept: number) =>
  useCallback(
    (range: Range) => [...new Set([...defaultRangeExtractor(range), kept])].sort((one, other) => one - other),
    [kept],
  )

/** Which rows and columns of a large grid are in the document: those near what its scroller shows. */
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
  // biome-ignore lint/correctness/useExhaustiveDependencies: the virtualizers keep the sizes they have read before
  useLayoutEffect(() => {
    rows.measure()
    columns.measure()
  }, [rows, columns, row, column])
  return { rows, columns }
}
