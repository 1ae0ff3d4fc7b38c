import { LogOut, UserRound } from 'lucide-react'
import { signedOut } from '#console/features/live/use-live-updates.ts'
import { useSession } from '#console/features/session/use-session.ts'
import { useClient } from '#console/ui/client-context.tsx'
import { AlertDialog } from '#console/ui/dialogs/dialog.tsx'
import { Menu } from '#console/ui/dialogs/menu.tsx'
import { failureWords } from '#console/ui/feedback/failure-words.ts'
import { useAction } from '#console/ui/hooks/use-action.ts'
import { forgetSessionProof } from '#console/ui/session-proof.ts'
import styles from './frame.module.css'

export function AccountMenu() {
  const { user, team, version } = useSession()
  const client = useClient()
  const signOut = useAction(async () => {
    await client.signOut()
    forgetSessionProof()
    signedOut.abort()
    // A full page load, so that no data or typed text stays in memory.
    window.location.replace('/login')
  })
  const about = (
    <>
      <div className={styles.accountName}>{user.name}</div>
      {user.email}
    </>
  )
  return (
    <>
      <Menu
        label={`Account of ${user.name}`}
        about={about}
        footer={version && `Gradient Secrets ${version}`}
        items={[
          { label: 'Account', icon: <UserRound aria-hidden size={16} />, to: `/${team.namespace}/account` },
          { label: 'Sign out', icon: <LogOut aria-hidden size={16} />, onSelect: () => void signOut.run() },
        ]}
      >
        <span aria-hidden className={styles.initial}>
          {[...user.name][0]?.toUpperCase()}
        </span>
      </Menu>
      <AlertDialog
        open={signOut.error !== undefined}
        title="You are still signed in"
        description={<p>{failureWords(signOut.error)}</p>}
        confirmLabel="Sign out"
        busyLabel="Signing out…"
        pending={signOut.pending}
        onConfirm={() => void signOut.run()}
        onClose={signOut.forget}
      />
    </>
  )
}
