import { type Role, roles } from '#shared/people/role.ts'

/** How a role is called, and what it is for in one line; all of it stands in the table of `shared/role.ts`. */
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

/** The roles to choose from. Without the right to, no owner can be made of somebody else; the choice says why. */
export const roleOptions = (mayMakeOwners: boolean, current?: Role) =>
  roles.map((value) => {
    const barred = value === 'owner' && current !== 'owner' && !mayMakeOwners
    const { label } = roleWords[value]
    return { value, label: barred ? `${label} (owners choose them)` : label, disabled: barred }
  })
