import { type Role, roles } from '#shared/people/role.ts'

/** The name of each role and a one-line summary. `shared/people/role.ts` has the full table of permissions. */
export const roleWords: Record<Role, { label: string; one: string; may: string }> = {
  owner: { label: 'Owner', one: 'an owner', may: 'may do everything, and choose the owners.' },
  admin: { label: 'Admin', one: 'an admin', may: 'may do everything but choose the owners.' },
  member: {
    label: 'Member',
    one: 'a member',
    may: 'may set secrets of the projects they may see, and make API keys of their own.',
  },
  viewer: { label: 'Viewer', one: 'a viewer', may: 'may see names and read the audit trail.' },
}

/** Returns the options for choosing a role. If the person may not make owners, that option is disabled and says why. */
export const roleOptions = (mayMakeOwners: boolean, current?: Role) =>
  roles.map((value) => {
    const isBarred = value === 'owner' && current !== 'owner' && !mayMakeOwners
    const { label } = roleWords[value]
    return { value, label: isBarred ? `${label} (owners choose them)` : label, disabled: isBarred }
  })
