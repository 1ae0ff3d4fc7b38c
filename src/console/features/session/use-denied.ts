import { onlyThoseMay, type Permission, roleMay } from '#shared/people/role.ts'
import { useSession } from './use-session.ts'

/** Why the person may not do something in this team, for a control that cannot be used; `undefined` when they may. */
export const useDenied = (permission: Permission): string | undefined => {
  const { team } = useSession()
  return roleMay(team.role, permission) ? undefined : onlyThoseMay(permission)
}
