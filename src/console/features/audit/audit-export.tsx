import { useSession } from '#console/features/session/use-session.ts'
import { useClient } from '#console/ui/client-context.tsx'
import { useAnnounce } from '#console/ui/feedback/announcer.tsx'
import { FailureNotice } from '#console/ui/feedback/failure-notice.tsx'
import { Reason } from '#console/ui/feedback/notice.tsx'
import { Button } from '#console/ui/forms/button.tsx'
import { useAction } from '#console/ui/hooks/use-action.ts'
import common from '#console/ui/layout/common.module.css'
import styles from './audit.module.css'

/** Renders buttons that download the whole audit trail and the public key that verifies it. */
export function AuditExport({
  denied,
  exportDenied,
}: {
  denied: string | undefined
  exportDenied: string | undefined
}) {
  const { team } = useSession()
  const client = useClient()
  const announce = useAnnounce()
  const exporting = useAction(async () => {
    const day = new Date().toISOString().slice(0, 10)
    saveFile(await client.audit.export(), `audit-${team.namespace}-${day}.jsonl`)
    announce('Exported')
  })
  const loadingKey = useAction(async () => {
    saveFile(await client.audit.key(), 'audit-key.pem')
    announce('Public key downloaded')
  })
  return (
    <div className={styles.export}>
      <div className={common.smallButtons}>
        <Button
          busy={exporting.pending}
          busyLabel="Exporting…"
          disabledReason={exportDenied}
          onClick={() => void exporting.run()}
        >
          Export
        </Button>
        <Button look="plain" busy={loadingKey.pending} disabledReason={denied} onClick={() => void loadingKey.run()}>
          Public key
        </Button>
      </div>
      <Reason>{exportDenied}</Reason>
      <FailureNotice failure={exporting.error ?? loadingKey.error} fields={[]} />
      <p>An export can be verified without this server:</p>
      <code className={styles.command}>
        <span>npm run audit:verify --</span> <span>FILE</span> <span>--key PUBFILE</span>
      </code>
    </div>
  )
}

/** Saves a file through the browser. A plain link cannot set the request header that names the team. */
const saveFile = (content: Blob, name: string): void => {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(content)
  link.download = name
  link.click()
  // Leaves the browser time to read the file.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}
