import { Failure } from '#shared/failure.ts'

/** The roles of members, highest first. */
export const roles = ['owner', 'admin', 'member', 'viewer'] as const
export type Role = (typeof roles)[number]

/** The access of an API key: managing stored secrets, or running workloads, which get values. */
export const keyAccesses = ['manage', 'run'] as const
export type KeyAccess = (typeof keyAccesses)[number]

/** A permission. */
type Rule = {
  /** The permitted action, as the end of “Only … may …”. */
  words: string
  roles: readonly Role[]
  /** The access that a key needs. Without it, only a signed-in person may. */
  key?: KeyAccess
  /** Whether it requires such a key: a signed-in person may not. */
  onlyKeys?: true
}

const everyone = roles
const workers = ['owner', 'admin', 'member'] as const
const admins = ['owner', 'admin'] as const

/**
 * The permission table: the server checks it, the console disables buttons by it, and the docs print it. Permissions on
 * a project also require that the person may see it.
 */
export const permissions = {
  seeNames: { words: 'see names of projects, clusters and secrets', roles: everyone, key: 'manage' },
  setProjectSecrets: { words: 'set and delete secrets of projects', roles: workers, key: 'manage' },
  setSharedSecrets: { words: 'set and delete secrets of the team and of clusters', roles: admins, key: 'manage' },
  changeScopes: { words: 'create, change and delete projects and clusters', roles: admins, key: 'manage' },
  runWorkloads: { words: 'run workloads, which get values', roles: workers, key: 'run', onlyKeys: true },
  makeKeys: { words: 'make and revoke API keys of their own', roles: workers, key: 'manage' },
  allowLogins: { words: 'sign a command line in', roles: workers },
  manageKeys: { words: 'make API keys of the team, and see and revoke those of others', roles: admins, key: 'manage' },
  seeMembers: { words: 'see who is in the team', roles: everyone },
  manageMembers: { words: 'invite and remove people and change their roles', roles: admins },
  manageOwners: { words: 'make, change and remove owners', roles: ['owner'] },
  chooseProjectAccess: { words: 'choose who may see a project', roles: admins },
  seeAllProjects: { words: 'see every project, chosen for it or not', roles: admins, key: 'manage' },
  seeAudit: { words: 'read the audit trail', roles: ['owner', 'admin', 'viewer'], key: 'manage' },
  // Only the whole trail can be verified, and it names every project.
  exportAudit: { words: 'export the audit trail', roles: admins, key: 'manage' },
  changeTeam: { words: 'change the team’s name, address and settings', roles: ['owner'] },
  deleteTeam: { words: 'delete the team and restore it', roles: ['owner'] },
} as const satisfies Record<string, Rule>

export type Permission = keyof typeof permissions

/** Returns whether the role has the permission. */
export const roleMay = (role: Role, permission: Permission): boolean =>
  (permissions[permission].roles as readonly Role[]).includes(role)

/** Returns whether a role ranks above another one. Equal roles do not rank above each other. */
export const ranksAbove = (role: Role, other: Role): boolean => roles.indexOf(role) < roles.indexOf(other)

/** Returns whether a key with these accesses has the permission, if its owner has it. */
export const keyMay = (access: readonly KeyAccess[], permission: Permission): boolean => {
  const { key }: Rule = permissions[permission]
  return key !== undefined && access.includes(key)
}

/** Returns whether the permission requires an API key, because values go to workloads and not to people. */
export const takesKey = (permission: Permission): boolean => {
  const { onlyKeys }: Rule = permissions[permission]
  return onlyKeys === true
}

export const onlyKeysMay = (permission: Permission): Failure =>
  new Failure('FORBIDDEN', `Only API keys made for it may ${permissions[permission].words}. Send one.`)

/** Returns why the permission is missing, for an error or a disabled button: “Only owners and admins may …”. */
export const onlyThoseMay = (permission: Permission): string => {
  const { roles, words } = permissions[permission]
  return `Only ${listed(roles.map((role) => `${role}s`))} may ${words}.`
}

const listed = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`

export const notAllowed = (permission: Permission): Failure =>
  new Failure('FORBIDDEN', `${onlyThoseMay(permission)} Ask one of them.`)
