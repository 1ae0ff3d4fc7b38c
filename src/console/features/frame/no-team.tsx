import { MessagePage } from '#console/ui/feedback/message-page.tsx'
import { buttonClass } from '#console/ui/forms/button.tsx'
import { usePageTitle } from '#console/ui/hooks/use-page-title.ts'

/** For somebody who is signed in and in no team: they were taken out of the last one. */
export function NoTeam() {
  usePageTitle('No team')
  return (
    <MessagePage
      title="You are not in a team"
      actions={
        <a href="/login" className={buttonClass()}>
          Sign in as somebody else
        </a>
      }
    >
      <p>Ask a member of a team for an invitation, and open its link in this browser.</p>
    </MessagePage>
  )
}
