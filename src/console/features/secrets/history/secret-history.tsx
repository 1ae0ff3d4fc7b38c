import { useInfiniteQuery } from '@tanstack/react-query'
import { type KeyboardEvent, useEffect, useRef } from 'react'
import { secretKeys } from '#console/features/secrets/secret-cache.ts'
import type { SecretWrites } from '#console/features/secrets/use-secret-writes.ts'
import { useClient } from '#console/ui/client-context.tsx'
import { useAnnounce } from '#console/ui/feedback/announcer.tsx'
import { LoadFailed } from '#console/ui/feedback/failure-notice.tsx'
import { Skeleton } from '#console/ui/feedback/skeleton.tsx'
import { Button } from '#console/ui/forms/button.tsx'
import { useDialogQuestion } from '#console/ui/hooks/use-dialog-question.ts'
import { useLoadError } from '#console/ui/hooks/use-load-error.ts'
import common from '#console/ui/layout/common.module.css'
import { buttonAfterKey, focusRowButton } from '#console/ui/lists/row-focus.ts'
import { ShowMore } from '#console/ui/lists/show-more.tsx'
import type { Scope } from '#shared/scope.ts'
import type { Secret } from '#shared/secret.ts'
import type { SecretVersion } from '#shared/version.ts'
import { PurgeVersion } from './purge-version.tsx'
import { RestoreVersion } from './restore-version.tsx'
import styles from './secret-history.module.css'
import { VersionRow } from './version-row.tsx'

type SecretHistoryProps = {
  scope: Scope
  secret: Secret
  writes: SecretWrites
  /** The reason why the person may not change the secret. */
  denied: string | undefined
  onClose: () => void
}

/** Renders the stored versions of a secret in place of its row, each with buttons to restore and purge it. */
export function SecretHistory({ scope, secret, writes, denied, onClose }: SecretHistoryProps) {
  const { name } = secret
  const announce = useAnnounce()
  const list = useVersions(scope, name)
  const error = useLoadError(list)
  const restoring = useDialogQuestion<SecretVersion>()
  const purging = useDialogQuestion<SecretVersion>()
  const area = useRef<HTMLElement>(null)
  const closeButton = useRef<HTMLButtonElement>(null)
  const rows = useRef<HTMLUListElement>(null)
  const neighbour = useRef<number>(undefined)
  const versions = list.data?.pages.flatMap(({ items }) => items) ?? []
  const button = (version: number | undefined, action: string) =>
    rows.current?.querySelector<HTMLElement>(`[data-version="${version}"] [data-action="${action}"]`)

  useEffect(() => closeButton.current?.focus(), [])
  const isLoaded = list.data !== undefined || error !== undefined
  useEffect(() => {
    if (isLoaded) area.current?.scrollIntoView({ block: 'nearest' })
  }, [isLoaded])

  const pressKey = (event: KeyboardEvent) => {
    // React also delivers key events of dialogs opened from here.
    if (!(event.target instanceof Node && event.currentTarget.contains(event.target))) return
    if (event.key === 'Escape') {
      event.preventDefault()
      onClose()
      return
    }
    const next = buttonAfterKey(event, versions.length)
    if (!next) return
    // The versions are rows within a row of the list: only the inner rows handle the key.
    event.stopPropagation()
    focusRowButton(rows.current, next)
  }
  const finishRestoring = (version: number, restored: Secret) => {
    restoring.close()
    announce(
      restored.unchanged
        ? `${name} has this value already; nothing was changed.`
        : `Restored version ${version} of ${name} as version ${restored.version}`,
    )
  }
  const finishPurging = ({ version }: SecretVersion) => {
    const at = versions.findIndex((other) => other.version === version)
    neighbour.current = (versions[at + 1] ?? versions[at - 1])?.version
    purging.close()
    announce(`Purged version ${version} of ${name}`)
  }
  return (
    <section ref={area} aria-label={`History of ${name}`} className={common.column} onKeyDown={pressKey}>
      <div className={styles.head}>
        <p>Newest first. Values are not shown; the same fingerprint stands for the same value.</p>
        <Button ref={closeButton} aria-label={`Close the history of ${name}`} onClick={onClose}>
          Close
        </Button>
      </div>
      {error !== undefined ? (
        <LoadFailed what="The history" error={error} onRetry={list.refetch} />
      ) : !list.data ? (
        <Skeleton rows={Math.min(secret.version, 3)} height={61} />
      ) : (
        <>
          <ul ref={rows} aria-label={`Versions of ${name}`}>
            {versions.map((version, index) => (
              <li key={version.version} data-index={index} data-version={version.version}>
                <VersionRow
                  name={name}
                  version={version}
                  loaded={versions}
                  denied={denied}
                  onRestore={restoring.ask}
                  onPurge={purging.ask}
                />
              </li>
            ))}
          </ul>
          {versions.length === 1 && !list.hasNextPage && <p className={common.muted}>No older version is kept.</p>}
          <ShowMore list={list} rows={rows} />
        </>
      )}
      {restoring.asked && (
        <RestoreVersion
          key={`restore ${restoring.asked.key}`}
          secret={secret}
          version={restoring.asked.item}
          open={restoring.asked.open}
          writes={writes}
          onRestored={finishRestoring}
          onClose={restoring.close}
        />
      )}
      {purging.asked && (
        <PurgeVersion
          key={`purge ${purging.asked.key}`}
          name={name}
          version={purging.asked.item}
          open={purging.asked.open}
          writes={writes}
          onPurged={finishPurging}
          onClose={purging.close}
          returnFocus={() =>
            button(purging.asked?.item.version, 'purge') ?? button(neighbour.current, 'purge') ?? closeButton.current
          }
        />
      )}
    </section>
  )
}

/** Number of versions shown at first, and added by each “Show more”. */
const pageSize = 5

/** Fetches the stored versions of a secret page by page, newest first, without their values. */
const useVersions = (scope: Scope, name: string) => {
  const client = useClient()
  return useInfiniteQuery({
    queryKey: secretKeys.versions(scope, name),
    queryFn: ({ pageParam, signal }) =>
      client.secrets.versions(scope, name, { limit: pageSize, ...(pageParam ? { after: pageParam } : {}) }, signal),
    initialPageParam: '',
    getNextPageParam: ({ nextPage }) => nextPage,
  })
}
