import { useDenied } from '#console/features/session/use-session.ts'
import { Reason } from '#console/ui/feedback/notice.tsx'
import { Section } from '#console/ui/layout/section.tsx'
import { ApiKeyList } from './api-key-list.tsx'

/** The keys of the other members, for those who may revoke them. */
export function TeamApiKeys() {
  const denied = useDenied('manageKeys')
  return (
    <Section heading="Team API Keys" explanation={<p>The keys of the other members. Revoke one that has leaked.</p>}>
      {denied === undefined ? <ApiKeyList of="others" label="Team API keys" /> : <Reason>{denied}</Reason>}
    </Section>
  )
}
