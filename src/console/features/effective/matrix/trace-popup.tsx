import { type RefObject, useEffect, useEffectEvent, useLayoutEffect, useRef, useState } from 'react'
import common from '#console/ui/layout/common.module.css'
import { traceOf } from '#shared/workload/explanation-lines.ts'
import { notInjectedReason } from '#shared/workload/injectable-names.ts'
import type { Explanation } from '#shared/workload/workload.ts'
import type { Cell } from './grid-keys.ts'
import styles from './matrix.module.css'

type TracePopupProps = {
  id: string
  cell: Cell
  explanation: Explanation
  frame: RefObject<HTMLElement | null>
  scroller: RefObject<HTMLElement | null>
  onDismiss: () => void
  onPointerEnter: () => void
  onPointerLeave: () => void
}

/** Distance between the cell and the popup, in pixels; small enough for the pointer to cross. */
const gap = 4

/** Renders the explanation of a cell next to it: the same trace that `gradient explain` prints. */
export function TracePopup(props: TracePopupProps) {
  const { id, cell, explanation, frame, scroller, onDismiss, onPointerEnter, onPointerLeave } = props
  const popup = useRef<HTMLDivElement>(null)
  const scrollCount = useScrollCount(scroller)
  useEscape(onDismiss)
  const { row, column } = cell

  // biome-ignore lint/correctness/useExhaustiveDependencies: scrolling moves the cell, and another text changes the popup's size
  useLayoutEffect(() => {
    const [own, box] = [popup.current, frame.current]
    const at = box?.querySelector(`[data-row="${row}"] [data-column="${column}"]`)?.getBoundingClientRect()
    const visible = scroller.current?.getBoundingClientRect()
    if (!own || !box || !at || !visible) return
    const around = box.getBoundingClientRect()
    const below = at.bottom + gap
    const fitsBelow = below + own.offsetHeight <= innerHeight || at.top - gap - own.offsetHeight < 0
    const top = fitsBelow ? below : at.top - gap - own.offsetHeight
    const left = Math.max(0, Math.min(at.left - around.left, around.width - own.offsetWidth))
    own.style.top = `${top - around.top}px`
    own.style.left = `${left}px`
    // Hides the popup of a cell that was scrolled out of view.
    const isVisible =
      at.bottom > visible.top && at.top < visible.bottom && at.right > visible.left && at.left < visible.right
    own.style.visibility = isVisible ? 'visible' : 'hidden'
  }, [row, column, explanation, scrollCount, frame, scroller])

  const { title, rows } = traceOf(explanation)
  const referenceOnly = notInjectedReason(explanation.name)
  return (
    <div
      ref={popup}
      id={id}
      role="tooltip"
      className={styles.trace}
      onPointerEnter={onPointerEnter}
      onPointerLeave={onPointerLeave}
    >
      <p className={styles.traceTitle}>{title}</p>
      <div className={styles.traceLines}>
        {rows.map(({ scope, version, outcome }) => (
          <p key={scope}>
            <span>{scope}</span> <span>{version}</span> <span>{outcome}</span>
          </p>
        ))}
      </div>
      {referenceOnly && <p className={common.muted}>{referenceOnly}</p>}
    </div>
  )
}

/** Calls `onEscape` for Escape anywhere in the document: a popup opened by the pointer has no focus. */
const useEscape = (onEscape: () => void): void => {
  const latest = useEffectEvent(onEscape)
  useEffect(() => {
    const press = ({ key }: KeyboardEvent) => {
      if (key === 'Escape') latest()
    }
    document.addEventListener('keydown', press)
    return () => document.removeEventListener('keydown', press)
  }, [])
}

/** Returns a number that increases each time the element scrolls. */
const useScrollCount = (element: RefObject<HTMLElement | null>): number => {
  const [count, setCount] = useState(0)
  useEffect(() => {
    const scroll = () => setCount((before) => before + 1)
    const watched = element.current
    watched?.addEventListener('scroll', scroll, { passive: true })
    return () => watched?.removeEventListener('scroll', scroll)
  }, [element])
  return count
}
