import styles from './page-loading.module.css'

/** Stands for a page whose code or session is being loaded; to be seen when that takes long only. */
export function PageLoading() {
  return (
    <p role="status" className={styles.loading}>
      Loading…
    </p>
  )
}
