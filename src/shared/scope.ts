import * as z from 'zod'
import { Failure } from './failure.ts'

/** The kinds of scopes, weakest first: a project overrides a cluster, a cluster overrides the team. */
export const scopeKinds = ['team', 'cluster', 'project'] as const
export type ScopeKind = (typeof scopeKinds)[number]

/** A scope: where secrets are stored. For a team, `id` may also be its namespace. */
export type Scope = { kind: ScopeKind; id: string }

/** The kinds of scopes that members create and delete. A team has one scope of its own. */
export type MadeScopeKind = Exclude<ScopeKind, 'team'>

/** A scope with its name. */
export type NamedScope = Scope & { name: string }

/** The path segment of each kind: `/v1/projects/…`. */
export const scopePaths = { team: 'teams', cluster: 'clusters', project: 'projects' } as const

/** IDs start with two letters for their kind, followed by ten random lower-case base-36 characters. */
export const scopeIdPrefixes = { team: 'te', cluster: 'cl', project: 'pr' } as const

/** Maximum length of the name of a team, project, cluster or person, in characters. */
export const maxLabelLength = 100

/**
 * Characters that are not seen, or that change how others are seen: with them, two different names look the same.
 * \p{Default_Ignorable_Code_Point} has the zero-width and the direction characters, fillers, selectors and tags.
 */
const invisible = /[\p{Cc}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u{fff9}-\u{fffb}]/u

/** Emoji are sequences with such characters inside. */
const emoji = /\p{RGI_Emoji}/gv

/** A display name, which may change: one line, not empty, no invisible characters. Older names may have some. */
export const label = z
  .string('Type a name.')
  .trim()
  .min(1, 'Type a name.')
  .max(maxLabelLength, `Use at most ${maxLabelLength} characters.`)
  .refine((text) => text.isWellFormed(), 'Use one line of plain text.')
  .refine(
    (text) => !invisible.test(text.replace(emoji, '')),
    'Leave out the invisible characters: control, direction and zero-width characters are not allowed.',
  )

/** The kind of machines of a cluster. Shown to people; does not affect precedence. */
export const clusterTypes = ['kubernetes', 'slurm', 'vm', 'other'] as const
export type ClusterType = (typeof clusterTypes)[number]

const record = {
  id: z.string(),
  name: z.string(),
  dtCreated: z.iso.datetime(),
  dtModified: z.iso.datetime(),
  /** Number of stored secrets. */
  secrets: z.int(),
}

export const project = z.object(record).meta({ id: 'Project' })
export type Project = z.infer<typeof project>

export const cluster = z.object({ ...record, type: z.enum(clusterTypes) }).meta({ id: 'Cluster' })
export type Cluster = z.infer<typeof cluster>

export const newProject = z.object({ name: label })
export type NewProject = z.infer<typeof newProject>

export const newCluster = z.object({ name: label, type: z.enum(clusterTypes, 'Choose one of the listed types.') })
export type NewCluster = z.infer<typeof newCluster>

export const projectChange = newProject
export const clusterChange = newCluster.partial()

/** Returns the failure for a scope that does not exist, or that the principal may not see. */
export const noSuchScope = (kind: ScopeKind): Failure =>
  new Failure('NOT_FOUND', `There is no such ${kind}. Check its ID.`)
