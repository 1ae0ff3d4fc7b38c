import { type RefObject, useEffect, useEffectEvent, useLayoutEffect, useRef, useState } from 'react'
import { traceOf } from '#shared/workload/explanation-lines.ts'
import type { Explanation } from '#shared/workload/workload.ts'
import { notInjected } from './cell-words.ts'
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

/** Between the cell and what tells of it, in pixels: little enough for the pointer to pass over. */
const gap = 4

/** Why a cell says what it says: the trace that `gradient explain` prints, beside the cell. */
export function TracePopup(props: TracePopupProps) {
  const { id, cell, explanation, frame, scroller, onDismiss, onPointerEnter, onPointerLeave } = props
  const popup = useRef<HTMLDivElement>(null)
  const scrolled = useScrolled(scroller)
  useEscape(onDismiss)
  const { row, column } = cell

  // biome-ignore lint/correctness/useExhaustiveDependencies: scrolling moves the cell; another text is of another size
  useLayoutEffect(() => {
    const [own, box] = [popup.current, frame.current]
    const at = box?.querySelector(`[data-row="${row}"] [data-column="${column}"]`)?.getBoundingClientRect()
    const seen = scroller.current?.getBoundingClientRect()
    if (!own || !box || !at || !seen) return
    const around = box.getBoundingClientRect()
    const below = at.bottom + gap
    const fitsBelow = below + own.offsetHeight <= innerHeight || at.top - gap - own.offsetHeight < 0
    const top = fitsBelow ? below : at.top - gap - own.offsetHeight
    const left = Math.max(0, Math.min(at.left - around.left, around.width - own.offsetWidth))
    own.style.top = `${top - around.top}px`
    own.style.left = `${left}px`
    // A cell that has been scrolled away has nothing beside it.
    const isSeen = at.bottom > seen.top && at.top < seen.bottom && at.right > seen.left && at.left < seen.right
    own.style.visibility = isSeen ? 'visible' : 'hidden'
  }, [row, column, explanation, scrolled, frame, scroller])

  const { title, rows } = traceOf(explanation)
  const marked = notInjected(explanation.name)
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
      {marked && <p className={styles.traceMark}>{marked}</p>}
    </div>
  )
}

/** Wherever the focus is: a pointer has called it, perhaps. */
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

/** Another number each time that something has been scrolled. */
const useScrolled = (element: RefObject<HTMLElement | null>): number => {
  const [count, setCount] = useState(0)
  useEffect(() => {
    const scroll = () => setCount((before) => before + 1)
    const watched = element.current
    watched?.addEventListener('scroll', scroll, { passive: true })
    return () => watched?.removeEventListener('scroll', scroll)
  }, [element])
  return count
}
