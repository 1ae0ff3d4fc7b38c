import { CopyButton } from '#console/ui/forms/copy-button.tsx'
import common from '#console/ui/layout/common.module.css'
import styles from './account.module.css'

/** Shows recovery codes, once. */
export function RecoveryCodeList({ codes }: { codes: readonly string[] }) {
  return (
    <>
      <p className={common.note}>
        Each signs you in once if you lose the app. Keep them apart from your password. They are not shown again.
      </p>
      <ul aria-label="Recovery codes" className={styles.codes}>
        {codes.map((one) => (
          <li key={one}>
            <code>{one}</code>
          </li>
        ))}
      </ul>
      <div className={styles.actions}>
        <CopyButton text={codes.join('\n')} label="Copy recovery codes" showLabel />
      </div>
    </>
  )
}
