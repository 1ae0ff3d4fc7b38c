import { InvitePeople } from '#console/features/members/invite-people.tsx'
import { MemberList } from '#console/features/members/member-list.tsx'
import { useSession } from '#console/features/session/use-session.ts'
import { usePageTitle } from '#console/ui/hooks/use-page-title.ts'
import { Section } from '#console/ui/layout/section.tsx'
import { inviteDays } from '#shared/people/member.ts'

export function MembersPage() {
  const { team } = useSession()
  usePageTitle('Members', team.name)
  return (
    <>
      <Section
        heading="Invite people"
        explanation={<p>An invite is a link for one person and {inviteDays} days. Its role is fixed in it.</p>}
      >
        <InvitePeople />
      </Section>
      <Section
        heading="Members"
        explanation={<p>A role says what somebody may do in this team. In another team they may have another.</p>}
      >
        <MemberList />
      </Section>
    </>
  )
}
