import { type KeyboardEvent, type RefObject, useRef } from 'react'
import { useAnnounce } from '#console/ui/feedback/announcer.tsx'
import { LoadFailed } from '#console/ui/feedback/failure-notice.tsx'
import { loadWhenOpened } from '#console/ui/feedback/load-when-opened.tsx'
import { Skeleton } from '#console/ui/feedback/skeleton.tsx'
import { useDialogQuestion } from '#console/ui/hooks/use-dialog-question.ts'
import { useLoadError } from '#console/ui/hooks/use-load-error.ts'
import common from '#console/ui/layout/common.module.css'
import { EmptyState } from '#console/ui/lists/empty-state.tsx'
import { buttonAfterKey, focusRowButton } from '#console/ui/lists/row-focus.ts'
import { ShowMore } from '#console/ui/lists/show-more.tsx'
import type { ApiKey, KeyOwner, MadeApiKey } from '#shared/people/api-key.ts'
import { useApiKeyList } from './api-key-queries.ts'
import { ApiKeyRow } from './api-key-row.tsx'
import { RevokeKey } from './revoke-key.tsx'

const RenewKey = loadWhenOpened(async () => (await import('./renew-key.tsx')).RenewKey)

const emptyTexts: Record<KeyOwner, string> = {
  me: 'You have no API keys',
  others: 'The other members have no API keys',
  team: 'The team has no API keys of its own',
}

type ApiKeyListProps = {
  of: KeyOwner
  label: string
  /** The ID of the key that was just created. */
  marked?: string | undefined
  /** Receives a key that was made in the place of another. Without it, keys cannot be renewed. */
  onRenewed?: (made: MadeApiKey) => void
  /** Gets the focus if no row is left. */
  focusAfter?: RefObject<HTMLElement | null>
}

/** Renders API keys by name, with a button to revoke each. */
export function ApiKeyList({ of, label, marked, onRenewed, focusAfter }: ApiKeyListProps) {
  const announce = useAnnounce()
  const list = useApiKeyList(of)
  const error = useLoadError(list)
  const { asked, ask, close } = useDialogQuestion<ApiKey>()
  const renewing = useDialogQuestion<ApiKey>()
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
        <EmptyState text={emptyTexts[of]}>
          {of === 'me' && 'Type a name above, for example what is to use it: “deploy script”.'}
        </EmptyState>
      ) : (
        <ul ref={rows} aria-label={label} className={common.rows} onKeyDown={move}>
          {keys.map((key, index) => (
            <li key={key.id} data-index={index} data-id={key.id}>
              <ApiKeyRow
                apiKey={key}
                withMember={of !== 'me'}
                marked={key.id === marked}
                onRevoke={ask}
                onRenew={onRenewed && renewing.ask}
              />
            </li>
          ))}
        </ul>
      )}
      <ShowMore list={list} rows={rows} />
      {renewing.asked && (
        <RenewKey
          key={renewing.asked.key}
          apiKey={renewing.asked.item}
          open={renewing.asked.open}
          onClose={renewing.close}
          onRenewed={(made) => {
            renewing.close()
            onRenewed?.(made)
          }}
        />
      )}
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
