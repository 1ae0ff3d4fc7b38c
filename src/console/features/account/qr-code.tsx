import { generate } from 'lean-qr'
import { toSvgPath } from 'lean-qr/extras/svg'
import { useMemo } from 'react'
import styles from './account.module.css'

/** Width of the quiet zone that scanners need, in modules. */
const border = 4

/** Renders a text as a QR code in the browser: the text is not sent anywhere. */
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
