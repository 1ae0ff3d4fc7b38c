import { type KeyboardEvent, useRef } from 'react'
import { rowHeight } from '#console/features/secrets/list/row-height.ts'
import { useSecretWrites } from '#console/features/secrets/use-secret-writes.ts'
import { useAnnounce } from '#console/ui/feedback/announcer.tsx'
import { LoadFailed } from '#console/ui/feedback/failure-notice.tsx'
import { Reason } from '#console/ui/feedback/notice.tsx'
import { Skeleton } from '#console/ui/feedback/skeleton.tsx'
import { Button } from '#console/ui/forms/button.tsx'
import { useDialogQuestion } from '#console/ui/hooks/use-dialog-question.ts'
import { useLoadError } from '#console/ui/hooks/use-load-error.ts'
import common from '#console/ui/layout/common.module.css'
import { countWords } from '#console/ui/layout/count-words.ts'
import { EmptyState } from '#console/ui/lists/empty-state.tsx'
import { FilterField } from '#console/ui/lists/filter-field.tsx'
import { buttonAfterKey, focusRowButton } from '#console/ui/lists/row-focus.ts'
import { ShowMore } from '#console/ui/lists/show-more.tsx'
import { useUrlFilter } from '#console/ui/lists/use-url-filter.ts'
import type { Scope } from '#shared/scope.ts'
import type { TrashedSecret } from '#shared/trash.ts'
import { PurgeDeleted } from './purge-deleted.tsx'
import { RestoreDeleted } from './restore-deleted.tsx'
import styles from './trash.module.css'
import { TrashRow } from './trash-row.tsx'
import { useTrash, useTrashDays } from './use-trash.ts'

type TrashProps = {
  scope: Scope
  /** The reason why the person may not change the trash. */
  denied: string | undefined
}

/** Renders the deleted secrets of a scope, with a filter kept in the URL, and buttons to restore and purge them. */
export function Trash({ scope, denied }: TrashProps) {
  const announce = useAnnounce()
  const { text, setText, q } = useUrlFilter()
  const days = countWords(useTrashDays(), 'day')
  const list = useTrash(scope, q)
  const error = useLoadError(list)
  const writes = useSecretWrites(scope)
  const restoring = useDialogQuestion<TrashedSecret>()
  const purging = useDialogQuestion<TrashedSecret>()
  const area = useRef<HTMLDivElement>(null)
  const filter = useRef<HTMLInputElement>(null)
  const rows = useRef<HTMLUListElement>(null)
  const neighbour = useRef<string>(undefined)

  if (error !== undefined) return <LoadFailed what="The trash" error={error} onRetry={list.refetch} />
  if (!list.data) return <Skeleton rows={4} height={rowHeight()} />
  const deleted = list.data.pages.flatMap(({ items }) => items)
  const total = list.data.pages[0]?.total ?? 0
  const isEmpty = total === 0 && q === '' && text === ''

  const move = (event: KeyboardEvent) => {
    const button = buttonAfterKey(event, deleted.length)
    if (button) focusRowButton(rows.current, button)
  }
  const clear = () => {
    setText('')
    filter.current?.focus()
  }
  const finish = ({ id, name }: TrashedSecret, verb: string) => {
    const at = deleted.findIndex((other) => other.id === id)
    neighbour.current = (deleted[at + 1] ?? deleted[at - 1])?.id
    restoring.close()
    purging.close()
    announce(`${verb} ${name}`)
  }
  const focusAfter = (asked: TrashedSecret | undefined, action: string) => () => {
    const button = (id: string | undefined) =>
      rows.current?.querySelector<HTMLElement>(`[data-id="${id}"] [data-action="${action}"]`)
    return button(asked?.id) ?? button(neighbour.current) ?? filter.current ?? area.current
  }
  return (
    <div ref={area} tabIndex={-1} className={styles.trash}>
      {isEmpty ? (
        <EmptyState text="Nothing in the trash">Deleted secrets stay here for {days}.</EmptyState>
      ) : (
        <>
          <FilterField ref={filter} label="Filter the trash" value={text} onChange={setText} />
          <p className={common.muted}>
            <span role="status">
              {q === ''
                ? countWords(total, 'deleted secret')
                : `${countWords(total, 'deleted secret')} with “${q}” in the name`}
            </span>
            {`. Each stays here for ${days}.`}
          </p>
          {total === 0 ? (
            <EmptyState text={`No deleted secret has “${q}” in its name`}>
              <Button onClick={clear}>Clear filter</Button>
            </EmptyState>
          ) : (
            <ul ref={rows} aria-label="Deleted secrets" className={styles.rows} onKeyDown={move}>
              {deleted.map((one, index) => (
                <li key={one.id} data-index={index} data-id={one.id}>
                  <TrashRow deleted={one} denied={denied} onRestore={restoring.ask} onPurge={purging.ask} />
                </li>
              ))}
            </ul>
          )}
          <ShowMore list={list} rows={rows} />
        </>
      )}
      <Reason>{denied}</Reason>
      {restoring.asked && (
        <RestoreDeleted
          key={`restore ${restoring.asked.key}`}
          deleted={restoring.asked.item}
          open={restoring.asked.open}
          writes={writes}
          onRestored={(one) => finish(one, 'Restored')}
          onClose={restoring.close}
          returnFocus={focusAfter(restoring.asked.item, 'restore')}
        />
      )}
      {purging.asked && (
        <PurgeDeleted
          key={`purge ${purging.asked.key}`}
          deleted={purging.asked.item}
          open={purging.asked.open}
          writes={writes}
          onPurged={(one) => finish(one, 'Purged')}
          onClose={purging.close}
          returnFocus={focusAfter(purging.asked.item, 'purge')}
        />
      )}
    </div>
  )
}
