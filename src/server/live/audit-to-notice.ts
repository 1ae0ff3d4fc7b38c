import type { AuditAction } from '#shared/audit/audit-record.ts'
import type { ChangeKind } from '#shared/notice.ts'

type ToldAs = {
  kind: Exclude<ChangeKind, 'anything'>
  /** Whether it may end sessions, keys or memberships, so that open streams may have to be closed. */
  endsAccess?: true
  /** Whether everybody is told that it happened, and nobody where: who may see a place changes with it. */
  nowhere?: true
}

const listed = (kind: ToldAs['kind']): ToldAs => ({ kind })

/** How what is put on record is told to open pages. */
export const toldAs: Record<AuditAction, ToldAs> = {
  'team.create': listed('members'),
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
  // What is gone is in nobody's sight any more.
  'project.delete': { kind: 'scopes', nowhere: true },
  'project.access': { kind: 'scopes', nowhere: true },
  'cluster.create': listed('scopes'),
  'cluster.change': listed('scopes'),
  'cluster.delete': { kind: 'scopes', nowhere: true },
  'key.create': listed('keys'),
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
  'workload.resolve': listed('audit'),
  'request.refused': listed('audit'),
}
