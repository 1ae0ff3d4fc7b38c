import { passkeyObstacle } from '#console/features/passkeys/passkey-obstacle.ts'
import { useClient } from '#console/ui/client-context.tsx'
import { failureWords } from '#console/ui/feedback/failure-words.ts'
import { Notice } from '#console/ui/feedback/notice.tsx'
import { Button } from '#console/ui/forms/button.tsx'
import { useAction } from '#console/ui/hooks/use-action.ts'
import { useEnter } from './use-enter.ts'

/** Signs in with a passkey in place of email and password. */
export function PasskeyButton({ next }: { next: string | undefined }) {
  const client = useClient()
  const enter = useEnter()
  const signIn = useAction(async () => {
    const { signWithPasskey } = await import('#console/features/passkeys/browser-passkeys.ts')
    const credential = await signWithPasskey(await client.passkeySignIn.challenge())
    await enter(await client.passkeySignIn.finish(credential), next)
  })
  return (
    <>
      <Button
        busy={signIn.pending}
        busyLabel="Waiting for the passkey…"
        disabledReason={passkeyObstacle()}
        onClick={() => void signIn.run()}
      >
        Sign in with a passkey
      </Button>
      {signIn.error !== undefined && <Notice tone="error">{failureWords(signIn.error)}</Notice>}
    </>
  )
}
