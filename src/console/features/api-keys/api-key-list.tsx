import { type KeyboardEvent, type RefObject, useRef } from 'react'
import { useAnnounce } from '#console/ui/feedback/announcer.tsx'
import { LoadFailed } from '#console/ui/feedback/failure-notice.tsx'
import { Skeleton } from '#console/ui/feedback/skeleton.tsx'
import { useDialogQuestion } from '#console/ui/hooks/use-dialog-question.ts'
import { useLoadError } from '#console/ui/hooks/use-load-error.ts'
import common from '#console/ui/layout/common.module.css'
import { EmptyState } from '#console/ui/lists/empty-state.tsx'
import { buttonAfterKey, focusRowButton } from '#console/ui/lists/row-focus.ts'
import { ShowMore } from '#console/ui/lists/show-more.tsx'
import type { ApiKey, KeyOwner } from '#shared/people/api-key.ts'
import { useApiKeyList } from './api-key-queries.ts'
import { ApiKeyRow } from './api-key-row.tsx'
import { RevokeKey } from './revoke-key.tsx'

type ApiKeyListProps = {
  of: KeyOwner
  label: string
  /** The ID of the key that was just created. */
  marked?: string | undefined
  /** Gets the focus if no row is left. */
  focusAfter?: RefObject<HTMLElement | null>
}

/** Renders API keys by name, with a button to revoke each. */
export function ApiKeyList({ of, label, marked, focusAfter }: ApiKeyListProps) {
  const announce = useAnnounce()
  const list = useApiKeyList(of)
  const error = useLoadError(list)
  const { asked, ask, close } = useDialogQuestion<ApiKey>()
  const rows = useRef<HTMLUListElement>(null)
  const neighbour = useRef<string>(undefined)
  const rowButton = (id: string | undefined) =>
    rows.current?.querySelector<HTMLElement>(`[data-id="${id}"] [data-action="revoke"]`)

  if (error !== undefined) return <LoadFailed what="The keys" error={error} onRetry={list.refetch} />
  if (!list.data) return <Skeleton rows={2} height={88} />
  const keys = list.data.pages.flatMap(({ items }) => items)
  const finishRevoking = ({ id, name }: ApiKey) => {
    const at = keys.findIndex((key) => key.id === id)
    neighbour.current = (keys[at + 1] ?? keys[at - 1])?.id
    close()
    announce(`Revoked ${name}`)
  }
  const move = (event: KeyboardEvent) => {
    const button = buttonAfterKey(event, keys.length)
    if (button) focusRowButton(rows.current, button)
  }
  return (
    <div className={common.column}>
      {keys.length === 0 ? (
        <EmptyState text={of === 'me' ? 'You have no API keys' : 'The other members have no API keys'}>
          {of === 'me' && 'Type a name above, for example what is to use it: “deploy script”.'}
        </EmptyState>
      ) : (
        <ul ref={rows} aria-label={label} className={common.rows} onKeyDown={move}>
          {keys.map((key, index) => (
            <li key={key.id} data-index={index} data-id={key.id}>
              <ApiKeyRow apiKey={key} withMember={of === 'others'} marked={key.id === marked} onRevoke={ask} />
            </li>
          ))}
        </ul>
      )}
      <ShowMore list={list} rows={rows} />
      {asked && (
        <RevokeKey
          key={asked.key}
          apiKey={asked.item}
          open={asked.open}
          onRevoked={finishRevoking}
          onClose={close}
          returnFocus={() => rowButton(asked.item.id) ?? rowButton(neighbour.current) ?? focusAfter?.current}
        />
      )}
    </div>
  )
}
