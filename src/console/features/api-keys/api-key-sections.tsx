import { type RefObject, useRef } from 'react'
import { useDenied } from '#console/features/session/use-session.ts'
import { useAnnounce } from '#console/ui/feedback/announcer.tsx'
import { Reason } from '#console/ui/feedback/notice.tsx'
import { useSecretState } from '#console/ui/hooks/use-secret-state.ts'
import { useHighlightedRow } from '#console/ui/hooks/use-transient-value.ts'
import { Section } from '#console/ui/layout/section.tsx'
import type { MadeApiKey } from '#shared/people/api-key.ts'
import { AddApiKey } from './add-api-key.tsx'
import { ApiKeyList } from './api-key-list.tsx'
import styles from './api-keys.module.css'
import { MadeKey } from './made-key.tsx'

/** Holds new keys until the person dismisses each: the only place that does, the server stores no key in clear. */
const useMadeKeys = (focusAfter: RefObject<HTMLElement | null>) => {
  const announce = useAnnounce()
  const [made, setMade] = useSecretState<readonly MadeApiKey[]>([])
  const [marked, mark] = useHighlightedRow()
  const show = (key: MadeApiKey) => {
    setMade((before) => [key, ...before])
    mark(key.id)
    announce(`Added ${key.name}. Its key is shown now, and never again.`)
  }
  const dismiss = ({ id }: MadeApiKey) => {
    setMade((before) => before.filter((key) => key.id !== id))
    focusAfter.current?.focus()
  }
  const shown = made.map((key) => <MadeKey key={key.id} made={key} onDone={() => dismiss(key)} />)
  return { shown, marked, show }
}

/** Renders the person’s own keys: the form, each new key until the person dismisses it, and the list. */
export function MyApiKeys() {
  const denied = useDenied('makeKeys')
  const nameField = useRef<HTMLInputElement>(null)
  const { shown, marked, show } = useMadeKeys(nameField)
  return (
    <Section
      heading="My API Keys"
      explanation={
        <>
          <p>A key lets a script or a command line act for you, in this team only.</p>
          <p>It can never do more than you may, and is shown once.</p>
        </>
      }
    >
      <div className={styles.area}>
        <AddApiKey denied={denied} nameField={nameField} onMade={show} />
        {shown}
        {denied === undefined && (
          <ApiKeyList of="me" label="My API keys" marked={marked} onRenewed={show} focusAfter={nameField} />
        )}
      </div>
    </Section>
  )
}

/** Renders the keys of the team and of the other members, for people who may revoke them. */
export function TeamApiKeys() {
  const denied = useDenied('manageKeys')
  const area = useRef<HTMLDivElement>(null)
  const { shown, marked, show } = useMadeKeys(area)
  return (
    <Section
      heading="Team API Keys"
      explanation={<p>The keys of the team, and those of the other members. Revoke one that has leaked.</p>}
    >
      {denied === undefined ? (
        <div ref={area} tabIndex={-1} className={styles.area}>
          {shown}
          <ApiKeyList of="team" label="Keys of the team" marked={marked} onRenewed={show} />
          <ApiKeyList of="others" label="Team API keys" />
        </div>
      ) : (
        <Reason>{denied}</Reason>
      )}
    </Section>
  )
}
