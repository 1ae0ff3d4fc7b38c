import type { AuditAction, AuditRecord } from '#shared/audit/audit-record.ts'

type Words = {
  /** In the list to choose an action from. */
  label: string
  /** What was done, as the end of a sentence that begins with who did it. */
  did: (record: AuditRecord) => string
}

/** The words for everything that is put on record: all of them, in this one place. */
export const auditWords: Record<AuditAction, Words> = {
  'team.create': { label: 'Team created', did: ({ name }) => `created the team “${name}”` },
  'team.rotate': { label: 'Keys rotated', did: ({ detail }) => `rotated keys${more(detail)}` },
  'secret.set': { label: 'Secret set', did: ({ name, scope }) => `set ${name} in ${placeOf(scope)}` },
  'secret.edit': {
    label: 'Secret edited',
    did: ({ name, scope }) => `set a new value of ${name} in ${placeOf(scope)}`,
  },
  'secret.delete': { label: 'Secret deleted', did: ({ name, scope }) => `deleted ${name} from ${placeOf(scope)}` },
  'secret.restore': {
    label: 'Secret restored',
    did: ({ name, scope, detail }) => `restored ${name} in ${placeOf(scope)}${more(detail)}`,
  },
  'secret.purge': {
    label: 'Secret purged',
    did: ({ name, scope, detail }) => `purged ${name} of ${placeOf(scope)}${more(detail)}`,
  },
  'secret.compare': {
    label: 'Secret compared',
    did: ({ name, scope, detail }) => `compared a value with ${name} in ${placeOf(scope)}${more(detail)}`,
  },
  'ephemeral.create': {
    label: 'Ephemeral secret stored',
    did: ({ name, detail }) => `stored the ephemeral secret ${name}${more(detail)}`,
  },
  'workload.resolve': { label: 'Secrets resolved', did: ({ detail }) => `resolved ${detail ?? 'secrets'}` },
  'project.create': { label: 'Project created', did: ({ scope }) => `created ${placeOf(scope)}` },
  'project.change': {
    label: 'Project changed',
    did: ({ scope, detail }) => `changed ${placeOf(scope)}${more(detail)}`,
  },
  'project.delete': { label: 'Project deleted', did: ({ scope }) => `deleted ${placeOf(scope)} with its secrets` },
  'project.access': {
    label: 'Project access changed',
    did: ({ scope, detail }) => `changed who may see ${placeOf(scope)}${more(detail)}`,
  },
  'cluster.create': { label: 'Cluster created', did: ({ scope }) => `created ${placeOf(scope)}` },
  'cluster.change': {
    label: 'Cluster changed',
    did: ({ scope, detail }) => `changed ${placeOf(scope)}${more(detail)}`,
  },
  'cluster.delete': { label: 'Cluster deleted', did: ({ scope }) => `deleted ${placeOf(scope)} with its secrets` },
  'key.create': { label: 'API key made', did: ({ name, detail }) => `made the API key ${name}${more(detail)}` },
  'key.revoke': { label: 'API key revoked', did: ({ name, detail }) => `revoked the API key ${name}${more(detail)}` },
  'key.refused': { label: 'API key refused', did: ({ detail }) => `was refused${more(detail)}` },
  'login.allow': {
    label: 'Command line allowed',
    did: ({ name, detail }) => `allowed the command line on ${name} a key${more(detail)}`,
  },
  'member.join': { label: 'Member joined', did: ({ detail }) => `joined the team${more(detail)}` },
  'member.role': { label: 'Role changed', did: ({ name, detail }) => `changed the role of ${name}${more(detail)}` },
  'member.remove': {
    label: 'Member removed',
    did: ({ name, detail }) => `removed ${name} from the team${more(detail)}`,
  },
  'member.leave': { label: 'Member left', did: ({ detail }) => `left the team${more(detail)}` },
  'invite.create': { label: 'Invite made', did: ({ name, detail }) => `made the invite ${name}${more(detail)}` },
  'invite.delete': { label: 'Invite deleted', did: ({ name, detail }) => `deleted the invite ${name}${more(detail)}` },
  'session.start': { label: 'Signed in', did: ({ detail }) => `signed in${more(detail)}` },
  'session.end': { label: 'Signed out', did: ({ detail }) => `signed out${more(detail)}` },
  'session.refused': { label: 'Sign-in refused', did: ({ detail }) => `was refused to sign in${more(detail)}` },
  'account.change': { label: 'Account changed', did: ({ detail }) => `changed their account${more(detail)}` },
  'request.refused': { label: 'Request refused', did: ({ detail }) => `was refused${more(detail)}` },
}

/** What the server does by itself, or who runs it has it do. */
const ownActions: ReadonlySet<AuditAction> = new Set(['secret.purge', 'team.rotate'])

/** Who did it: “Ada”, “Key trainer (Ada)”, “The server”. */
export const whoOf = ({ by, key, action }: Pick<AuditRecord, 'by' | 'key' | 'action'>): string => {
  const person = by?.name ?? (ownActions.has(action) ? 'The server' : 'Somebody unknown')
  return key ? `Key ${key.name} (${person})` : person
}

/** A record as a sentence: “Ada set API_KEY in project web”. */
export const auditSentence = (record: AuditRecord): string =>
  `${whoOf(record)} ${auditWords[record.action].did(record)}`

const placeOf = (scope: AuditRecord['scope']): string =>
  !scope || scope.kind === 'team' ? 'the team' : `${scope.kind} ${scope.name}`

const more = (detail: string | null): string => (detail === null ? '' : `: ${detail}`)
