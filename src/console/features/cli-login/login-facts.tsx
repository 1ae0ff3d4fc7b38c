import { Notice } from '#console/ui/feedback/notice.tsx'
import type { CliLogin } from '#shared/people/cli-login.ts'
import styles from './requested-login.module.css'

/** All that is known of who asks, to be held against one’s own terminal. */
export function LoginFacts({ login }: { login: CliLogin }) {
  const { code, device, from, here } = login
  return (
    <>
      <div className={styles.question}>
        <p>Does your terminal show this code?</p>
        <p className={styles.code}>{code}</p>
      </div>
      <dl className={styles.facts}>
        <dt>Computer</dt>
        <dd>
          It calls itself <bdi className={styles.mono}>{device}</bdi>.
        </dd>
        <dt>Asked from</dt>
        <dd>
          <span className={styles.mono}>{from}</span>
          {from === here ? ', where this browser is too.' : '.'}
        </dd>
      </dl>
      {from !== here && (
        <Notice tone="warn">
          This browser is at another address, {here}. That is right only for a computer that you work on from afar.
        </Notice>
      )}
      <Notice tone="info">
        Allow it only if you have just typed “gradient login” yourself. If somebody sent you here, the key would be
        theirs.
      </Notice>
    </>
  )
}
