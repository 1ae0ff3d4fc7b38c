import { type AuditAction, type AuditRecord, byOperator } from '#shared/audit/audit-record.ts'

type Words = {
  /** The label in the list of actions. */
  label: string
  /** What was done, as the end of a sentence that starts with who did it. */
  did: (record: AuditRecord) => string
}

/** The words for all audit actions. */
export const auditWords: Record<AuditAction, Words> = {
  'team.create': { label: 'Team created', did: ({ name }) => `created the team “${name}”` },
  'team.change': { label: 'Team changed', did: ({ detail }) => `changed the team${detailText(detail)}` },
  'team.delete': {
    label: 'Team deleted',
    did: ({ name, detail }) => `deleted the team “${name}”${detailText(detail)}`,
  },
  'team.restore': {
    label: 'Team restored',
    did: ({ name, detail }) => `restored the team “${name}”${detailText(detail)}`,
  },
  'team.purge': { label: 'Team erased', did: ({ name, detail }) => `erased the team “${name}”${detailText(detail)}` },
  'team.rotate': { label: 'Keys rotated', did: ({ detail }) => `rotated keys${detailText(detail)}` },
  'secret.set': { label: 'Secret set', did: ({ name, scope }) => `set ${name} in ${scopeText(scope)}` },
  'secret.edit': {
    label: 'Secret edited',
    did: ({ name, scope }) => `set a new value of ${name} in ${scopeText(scope)}`,
  },
  'secret.delete': { label: 'Secret deleted', did: ({ name, scope }) => `deleted ${name} from ${scopeText(scope)}` },
  'secret.restore': {
    label: 'Secret restored',
    did: ({ name, scope, detail }) => `restored ${name} in ${scopeText(scope)}${detailText(detail)}`,
  },
  'secret.purge': {
    label: 'Secret purged',
    did: ({ name, scope, detail }) => `purged ${name} of ${scopeText(scope)}${detailText(detail)}`,
  },
  'secret.compare': {
    label: 'Secret compared',
    did: ({ name, scope, detail }) => `compared a value with ${name} in ${scopeText(scope)}${detailText(detail)}`,
  },
  'ephemeral.create': {
    label: 'Ephemeral secret stored',
    did: ({ name, detail }) => `stored the ephemeral secret ${name}${detailText(detail)}`,
  },
  'workload.missing': {
    label: 'Missing secrets asked for',
    did: ({ detail }) => `asked for what is set nowhere, ${detail ?? ''}`,
  },
  'audit.export': { label: 'Trail exported', did: ({ detail }) => `exported the audit trail${detailText(detail)}` },
  'workload.resolve': { label: 'Secrets resolved', did: ({ detail }) => `resolved ${detail ?? 'secrets'}` },
  'project.create': { label: 'Project created', did: ({ scope }) => `created ${scopeText(scope)}` },
  'project.change': {
    label: 'Project changed',
    did: ({ scope, detail }) => `changed ${scopeText(scope)}${detailText(detail)}`,
  },
  'project.delete': {
    label: 'Project deleted',
    did: ({ scope, detail }) => `deleted ${scopeText(scope)}${detailText(detail)}`,
  },
  'project.restore': {
    label: 'Project restored',
    did: ({ scope, detail }) => `restored ${scopeText(scope)}${detailText(detail)}`,
  },
  'project.purge': {
    label: 'Project erased',
    did: ({ scope, detail }) => `erased ${scopeText(scope)}${detailText(detail)}`,
  },
  'project.access': {
    label: 'Project access changed',
    did: ({ scope, detail }) => `changed who may see ${scopeText(scope)}${detailText(detail)}`,
  },
  'cluster.create': { label: 'Cluster created', did: ({ scope }) => `created ${scopeText(scope)}` },
  'cluster.change': {
    label: 'Cluster changed',
    did: ({ scope, detail }) => `changed ${scopeText(scope)}${detailText(detail)}`,
  },
  'cluster.delete': {
    label: 'Cluster deleted',
    did: ({ scope, detail }) => `deleted ${scopeText(scope)}${detailText(detail)}`,
  },
  'cluster.restore': {
    label: 'Cluster restored',
    did: ({ scope, detail }) => `restored ${scopeText(scope)}${detailText(detail)}`,
  },
  'cluster.purge': {
    label: 'Cluster erased',
    did: ({ scope, detail }) => `erased ${scopeText(scope)}${detailText(detail)}`,
  },
  'key.create': { label: 'API key made', did: ({ name, detail }) => `made the API key ${name}${detailText(detail)}` },
  'key.renew': {
    label: 'API key renewed',
    did: ({ name, detail }) => `renewed the API key ${name}${detailText(detail)}`,
  },
  'key.expiring': {
    label: 'API key expires soon',
    did: ({ name, detail }) => `found that the API key ${name} expires soon${detailText(detail)}`,
  },
  'key.revoke': {
    label: 'API key revoked',
    did: ({ name, detail }) => `revoked the API key ${name}${detailText(detail)}`,
  },
  'key.refused': { label: 'API key refused', did: ({ detail }) => `was refused${detailText(detail)}` },
  'login.allow': {
    label: 'Command line allowed',
    did: ({ name, detail }) => `allowed the command line on ${name} a key${detailText(detail)}`,
  },
  'member.join': { label: 'Member joined', did: ({ detail }) => `joined the team${detailText(detail)}` },
  'member.role': {
    label: 'Role changed',
    did: ({ name, detail }) => `changed the role of ${name}${detailText(detail)}`,
  },
  'member.remove': {
    label: 'Member removed',
    did: ({ name, detail }) => `removed ${name} from the team${detailText(detail)}`,
  },
  'member.leave': { label: 'Member left', did: ({ detail }) => `left the team${detailText(detail)}` },
  'invite.create': { label: 'Invite made', did: ({ name, detail }) => `made the invite ${name}${detailText(detail)}` },
  'invite.delete': {
    label: 'Invite deleted',
    did: ({ name, detail }) => `deleted the invite ${name}${detailText(detail)}`,
  },
  'session.start': { label: 'Signed in', did: ({ detail }) => `signed in${detailText(detail)}` },
  'session.end': { label: 'Signed out', did: ({ detail }) => `signed out${detailText(detail)}` },
  'session.refused': { label: 'Sign-in refused', did: ({ detail }) => `was refused to sign in${detailText(detail)}` },
  'account.change': { label: 'Account changed', did: ({ detail }) => `changed their account${detailText(detail)}` },
  'account.delete': { label: 'Account deleted', did: ({ detail }) => `deleted their account${detailText(detail)}` },
  'reset.create': {
    label: 'Reset link made',
    did: ({ name, detail }) => `made a link for a new password of ${name}${detailText(detail)}`,
  },
  'reset.use': { label: 'Password reset', did: ({ detail }) => `reset their password by link${detailText(detail)}` },
  'request.refused': { label: 'Request refused', did: ({ detail }) => `was refused${detailText(detail)}` },
  'rights.sign': { label: 'Rights signed', did: ({ detail }) => `signed who may do what${detailText(detail)}` },
  'rights.refused': {
    label: 'Forged row refused',
    did: ({ name }) => `changed ${name} in the database, which is refused`,
  },
}

/** Actions of the server itself, or of its operator. */
const serverActions: ReadonlySet<AuditAction> = new Set([
  'secret.purge',
  'project.purge',
  'cluster.purge',
  'team.purge',
  'team.change',
  'team.rotate',
  'key.expiring',
  'rights.sign',
])

/** Returns who did it: “Ada”, “Key trainer (Ada)”, “The server”, “The server’s operator”. */
export const actorName = ({
  by,
  key,
  action,
  detail = null,
}: Pick<AuditRecord, 'by' | 'key' | 'action'> & { detail?: AuditRecord['detail'] }): string => {
  const person = by?.name ?? nobodyName(action, detail)
  return key ? `Key ${key.name} (${person})` : person
}

const nobodyName = (action: AuditAction, detail: string | null): string => {
  if (detail?.endsWith(byOperator)) return 'The server’s operator'
  return serverActions.has(action) ? 'The server' : 'Somebody unknown'
}

const scopeText = (scope: AuditRecord['scope']): string =>
  !scope || scope.kind === 'team' ? 'the team' : `${scope.kind} ${scope.name}`

const detailText = (detail: string | null): string => (detail === null ? '' : `: ${detail}`)
