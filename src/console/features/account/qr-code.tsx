import { generate } from 'lean-qr'
import { toSvgPath } from 'lean-qr/extras/svg'
import { useMemo } from 'react'
import styles from './account.module.css'

/** The light border that readers of QR codes need, in squares. */
const border = 4

/** A text as a QR code, drawn here: it is sent nowhere. */
export function QrCode({ text }: { text: string }) {
  const { size, path } = useMemo(() => {
    const code = generate(text)
    return { size: code.size + 2 * border, path: toSvgPath(code) }
  }, [text])
  return (
    <svg
      role="img"
      aria-label="QR code of the seed"
      viewBox={`${-border} ${-border} ${size} ${size}`}
      shapeRendering="crispEdges"
      className={styles.qr}
    >
      <path d={path} fill="currentColor" />
    </svg>
  )
}
