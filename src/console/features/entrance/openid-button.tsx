import { useQuery } from '@tanstack/react-query'
import { goToProvider, signInWaysQuery } from '#console/features/session/openid.ts'
import { useClient } from '#console/ui/client-context.tsx'
import { failureWords } from '#console/ui/feedback/failure-words.ts'
import { Notice } from '#console/ui/feedback/notice.tsx'
import { Button } from '#console/ui/forms/button.tsx'
import { useAction } from '#console/ui/hooks/use-action.ts'

type OpenidButtonProps = {
  /** What it does, before the provider's name. */
  verb: 'Sign in' | 'Join'
  /** Opened afterwards. */
  next?: string | undefined
  /** The token of an invite to accept. */
  invite?: string | undefined
}

/** Signs in with the identity provider. Renders nothing where there is none. */
export function OpenidButton({ verb, next, invite }: OpenidButtonProps) {
  const client = useClient()
  const { data: ways } = useQuery(signInWaysQuery(client))
  const go = useAction(() => goToProvider(client.openid.signInAddress(invite === undefined ? {} : { invite }), next))
  if (!ways?.openid) return null
  const { name } = ways.openid
  return (
    <>
      <Button busy={go.pending} busyLabel={`Opening ${name}…`} onClick={() => void go.run()}>
        {verb} with {name}
      </Button>
      {go.error !== undefined && <Notice tone="error">{failureWords(go.error)}</Notice>}
    </>
  )
}
