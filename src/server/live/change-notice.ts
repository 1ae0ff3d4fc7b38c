import type { Store } from '#server/store/open-store.ts'
import type { Visibility } from '#server/store/people/project-access-store.ts'
import type { AuditAction } from '#shared/audit/audit-record.ts'
import { Failure } from '#shared/failure.ts'
import type { ChangeKind } from '#shared/notice.ts'
import type { ProjectAccess } from '#shared/people/member.ts'
import type { Scope } from '#shared/scope.ts'

type NoticeRule = {
  kind: Exclude<ChangeKind, 'anything'>
  /** Whether the action may end sessions, keys or memberships, so that open streams are checked again. */
  endsAccess?: true
  /** Whether the notice omits the scope: the action changes who may see it. */
  omitsScope?: true
}

const listed = (kind: NoticeRule['kind']): NoticeRule => ({ kind })

/** The notice that open pages get for each audited action. */
export const noticeRules: Record<AuditAction, NoticeRule> = {
  'team.create': listed('members'),
  // Open pages show the name, and ask again who they are.
  'team.change': { kind: 'members', endsAccess: true },
  'team.delete': { kind: 'members', endsAccess: true },
  'team.restore': listed('members'),
  'team.purge': listed('audit'),
  'team.rotate': listed('audit'),
  'secret.set': listed('secrets'),
  'secret.edit': listed('secrets'),
  'secret.delete': listed('secrets'),
  'secret.restore': listed('secrets'),
  'secret.purge': listed('secrets'),
  'secret.compare': listed('audit'),
  'ephemeral.create': listed('audit'),
  'project.create': listed('scopes'),
  'project.change': listed('scopes'),
  // Nobody may see a deleted scope, so that its notice omits it.
  // A key that is limited to it ends, or is withdrawn from its owner.
  'project.delete': { kind: 'scopes', omitsScope: true, endsAccess: true },
  'project.restore': { kind: 'scopes', omitsScope: true },
  'project.purge': { kind: 'scopes', omitsScope: true },
  'project.access': { kind: 'scopes', omitsScope: true, endsAccess: true },
  'cluster.create': listed('scopes'),
  'cluster.change': listed('scopes'),
  'cluster.delete': { kind: 'scopes', omitsScope: true, endsAccess: true },
  'cluster.restore': { kind: 'scopes', omitsScope: true },
  'cluster.purge': { kind: 'scopes', omitsScope: true },
  'key.create': listed('keys'),
  'key.renew': listed('keys'),
  'key.expiring': listed('keys'),
  'key.revoke': { kind: 'keys', endsAccess: true },
  'key.refused': listed('audit'),
  'login.allow': listed('audit'),
  'member.join': listed('members'),
  'member.role': { kind: 'members', endsAccess: true },
  'member.remove': { kind: 'members', endsAccess: true },
  'member.leave': { kind: 'members', endsAccess: true },
  'invite.create': listed('members'),
  'invite.delete': listed('members'),
  'session.start': listed('audit'),
  'session.end': { kind: 'audit', endsAccess: true },
  'session.refused': listed('audit'),
  'account.change': { kind: 'members', endsAccess: true },
  'account.delete': { kind: 'members', endsAccess: true },
  'reset.create': listed('audit'),
  'reset.use': { kind: 'audit', endsAccess: true },
  'workload.resolve': listed('audit'),
  'workload.missing': listed('audit'),
  'audit.export': listed('audit'),
  'request.refused': listed('audit'),
  // Servers that run begin to refuse what is not signed.
  'rights.sign': { kind: 'members', endsAccess: true },
  'rights.refused': listed('audit'),
}

/** Returns whether a scope is visible. */
export type ScopeVisibility = (teamId: string, scope: Scope, visibility: Visibility | undefined) => Promise<boolean>

/** Looks each project up once, for all readers of a batch of changes. Make a new one for the next batch. */
export const scopeVisibility = (store: Pick<Store, 'projectAccess'>): ScopeVisibility => {
  const lookups = new Map<string, Promise<ProjectAccess | undefined>>()
  const accessOf = (teamId: string, projectId: string) => {
    const key = `${teamId} ${projectId}`
    const found = lookups.get(key) ?? store.projectAccess(teamId, projectId).catch(unlessGone)
    lookups.set(key, found)
    return found
  }
  return async (teamId, { kind, id }, visibility) => {
    if (!visibility) return true
    if (visibility.scopes && kind !== 'team' && !visibility.scopes.includes(id)) return false
    if (visibility.person === undefined || kind !== 'project') return true
    const project = await accessOf(teamId, id)
    return project?.access === 'all' || project?.people.some((one) => one.id === visibility.person) === true
  }
}

const unlessGone = (error: unknown): undefined => {
  if (error instanceof Failure && error.code === 'NOT_FOUND') return undefined
  throw error
}
