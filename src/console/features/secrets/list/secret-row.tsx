import { memo } from 'react'
import { overlapWords } from '#console/features/secrets/overlap-words.ts'
import { Button } from '#console/ui/forms/button.tsx'
import { ScopeChip } from '#console/ui/layout/chip.tsx'
import { classNames } from '#console/ui/layout/class-names.ts'
import { RelativeTime } from '#console/ui/layout/time.tsx'
import type { ScopeKind } from '#shared/scope.ts'
import type { Overlap, Secret } from '#shared/secret.ts'
import { notInjectedReason } from '#shared/workload/injectable-names.ts'
import { usedByWords } from '#shared/workload/secret-use.ts'
import styles from './list.module.css'
import type { RowMode } from './use-opened-rows.ts'

type SecretListRowProps = {
  kind: ScopeKind
  secret: Secret
  /** Whether the secret was just stored. */
  marked: boolean
  /** Whether the last write set the value that the secret already had. */
  unchanged: boolean
  /** The reason why the person may not change the secret. */
  denied: string | undefined
  onOpen: (name: string, mode: RowMode) => void
  onDelete: (secret: Secret) => void
}

/** Renders one stored secret: its overlaps, when and by whom it was set and used, and buttons to edit and delete it. */
export const SecretListRow = memo(function SecretListRow(props: SecretListRowProps) {
  const { kind, secret, marked, unchanged, denied, onOpen, onDelete } = props
  const { name, dtModified, setBy, overlaps = [] } = secret
  const byReference = notInjectedReason(name)
  return (
    <div className={classNames(styles.row, marked && styles.marked)}>
      <div className={styles.what}>
        <p className={styles.name}>{name}</p>
        {byReference && <p className={styles.reference}>{byReference}</p>}
        <OverlapList own={kind} overlaps={overlaps} />
        {unchanged && <p className={styles.unchanged}>It has this value already; nothing was changed.</p>}
      </div>
      <div className={styles.when}>
        <p>
          set <RelativeTime date={dtModified} /> by {setBy.name}
        </p>
        <LastUse secret={secret} />
      </div>
      <div className={styles.actions}>
        <Button
          look="plain"
          data-action="edit"
          aria-label={`Edit ${name}`}
          disabledReason={denied}
          onClick={() => onOpen(name, 'edit')}
        >
          Edit
        </Button>
        <Button
          look="plain"
          data-action="history"
          aria-label={`History of ${name}`}
          onClick={() => onOpen(name, 'history')}
        >
          History
        </Button>
        <Button
          look="plain"
          data-action="delete"
          aria-label={`Delete ${name}`}
          aria-haspopup="dialog"
          disabledReason={denied}
          onClick={() => onDelete(secret)}
        >
          Delete
        </Button>
      </div>
    </div>
  )
})

/** Renders the row of a secret that is being edited, or whose versions are shown. */
export function OpenedRow({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div className={styles.opened}>
      <p className={styles.name}>{name}</p>
      {children}
    </div>
  )
}

/** Says when a workload last read a secret and by which key; and the version, if a newer one exists. */
function LastUse({ secret: { lastUse, version } }: { secret: Secret }) {
  if (lastUse === undefined) return null
  if (lastUse === null) return <p className={styles.used}>never used</p>
  return (
    <p className={styles.used} title={`Used ${usedByWords(lastUse)}, a key of ${lastUse.by.name}`}>
      used <RelativeTime date={lastUse.at} /> by key {lastUse.key.name}
      {lastUse.version !== version && (
        <>
          {', '}
          <span className={styles.older}>
            version {lastUse.version} (now {version})
          </span>
        </>
      )}
    </p>
  )
}

/** Lists the scopes of other kinds that store the same name, and says which scope wins. */
function OverlapList({ own, overlaps }: { own: ScopeKind; overlaps: readonly Overlap[] }) {
  return overlaps.map((overlap) => {
    const { verb, scopes, rest } = overlapWords(own, overlap)
    return (
      <p key={overlap.kind} className={styles.overlap}>
        {verb} <ScopeChip kind={overlap.kind}>{scopes}</ScopeChip>
        {rest}
      </p>
    )
  })
}
