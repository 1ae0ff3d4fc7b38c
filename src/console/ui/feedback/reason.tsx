import styles from './reason.module.css'

/** Says in the page why the controls beside it cannot be used. */
export function Reason({ children }: { children: string | undefined }) {
  return children === undefined ? null : <p className={styles.reason}>{children}</p>
}
