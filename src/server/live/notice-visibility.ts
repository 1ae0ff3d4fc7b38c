import type { Store } from '#server/store/open-store.ts'
import type { Sight } from '#server/store/people/project-access-store.ts'
import { Failure } from '#shared/failure.ts'
import type { ProjectAccess } from '#shared/people/member.ts'
import type { Scope } from '#shared/scope.ts'

/** Whether a scope is within somebody's sight. */
export type SeenBy = (teamId: string, scope: Scope, sight: Sight | undefined) => Promise<boolean>

/** Looks each project up once, for however many who want to know. To be made anew for what happens later. */
export const seenBy = (store: Pick<Store, 'projectAccess'>): SeenBy => {
  const looked = new Map<string, Promise<ProjectAccess | undefined>>()
  const accessOf = (teamId: string, projectId: string) => {
    const key = `${teamId} ${projectId}`
    const found = looked.get(key) ?? store.projectAccess(teamId, projectId).catch(unlessGone)
    looked.set(key, found)
    return found
  }
  return async (teamId, { kind, id }, sight) => {
    if (!sight) return true
    if (sight.scopes && kind !== 'team' && !sight.scopes.includes(id)) return false
    if (sight.person === undefined || kind !== 'project') return true
    const project = await accessOf(teamId, id)
    return project?.access === 'all' || project?.people.some((one) => one.id === sight.person) === true
  }
}

const unlessGone = (error: unknown): undefined => {
  if (error instanceof Failure && error.code === 'NOT_FOUND') return undefined
  throw error
}
