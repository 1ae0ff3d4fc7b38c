import { useDenied, useSession } from '#console/features/session/use-session.ts'
import type { Member } from '#shared/people/member.ts'

const lastOwner = 'A team needs an owner, and this is the last one. Make somebody else an owner first.'

/** Why the role of a member cannot be changed, and why they cannot be taken out; `undefined` where they can. */
export const useMemberDenied = ({ id, role }: Member, isLastOwner: boolean) => {
  const { user } = useSession()
  const members = useDenied('manageMembers')
  const owners = useDenied('manageOwners')
  const denied = members ?? (role === 'owner' ? owners : undefined) ?? (isLastOwner ? lastOwner : undefined)
  const leave = isLastOwner ? lastOwner : undefined
  return { role: denied, removal: id === user.id ? leave : denied }
}
