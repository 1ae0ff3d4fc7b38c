import type { Context } from 'hono'
import type { Deps, Env } from '#server/deps.ts'
import type { Principal, PrincipalKey } from '#server/identity/identity.ts'
import type { Visibility } from '#server/store/people/project-access-store.ts'
import { Failure } from '#shared/failure.ts'
import { roleMay } from '#shared/people/role.ts'
import type { Team } from '#shared/people/session.ts'
import { noSuchScope, type Scope } from '#shared/scope.ts'
import { recordRefusal } from './authorize.ts'

/** Returns whether a key is limited to a project or a cluster. */
export const isLimited = ({ projectId, clusterId }: PrincipalKey): boolean => projectId !== null || clusterId !== null

/** Returns what the principal may see of the request's team; `undefined` means everything. */
export const visibilityOf = (c: Context<Env>): Visibility | undefined => visibilityIn(c.get('team'), c.get('principal'))

/** Returns what a principal may see of a team; `undefined` means everything. */
export const visibilityIn = ({ role }: Team, { user, key }: Principal): Visibility | undefined => {
  const person = roleMay(role, 'seeAllProjects') ? undefined : user.id
  const scopes = key && isLimited(key) ? [key.projectId, key.clusterId].filter((id) => id !== null) : undefined
  return person === undefined && scopes === undefined ? undefined : { person, scopes }
}

/** Refuses a scope outside the limits of the principal's key, and a project that the person may not see. */
export const requireScopeAccess = async (c: Context<Env>, deps: Deps, scope: Scope): Promise<void> => {
  const { user, key } = c.get('principal')
  const team = c.get('team')
  if (key && isLimited(key) && scope.id !== key.projectId && scope.id !== key.clusterId) {
    await recordRefusal(c, deps, beyond(key))
  }
  if (scope.kind !== 'project' || roleMay(team.role, 'seeAllProjects')) return
  if (!(await deps.store.maySeeProject(team.id, scope.id, user.id))) throw noSuchScope('project')
}

/** Refuses a limited key, for actions that no limited key may perform. */
export const requireUnlimitedKey = async (c: Context<Env>, deps: Deps): Promise<void> => {
  const { key } = c.get('principal')
  if (key && isLimited(key)) await recordRefusal(c, deps, beyond(key))
}

const beyond = ({ name, projectId, clusterId }: PrincipalKey): Failure => {
  const limits = [projectId && `project ${projectId}`, clusterId && `cluster ${clusterId}`].filter(Boolean)
  return new Failure('FORBIDDEN', `The API key “${name}” is limited to ${limits.join(' and ')}. Use another key.`)
}
