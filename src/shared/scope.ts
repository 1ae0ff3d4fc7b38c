import * as z from 'zod'
import { Failure } from './failure.ts'

/** Where a secret can live, weakest first: a project wins over a cluster, a cluster over the team. */
export const scopeKinds = ['team', 'cluster', 'project'] as const
export type ScopeKind = (typeof scopeKinds)[number]

/** A place where secrets live. For a team, the id may also be its namespace in an URL. */
export type Scope = { kind: ScopeKind; id: string }

/** The kinds of scopes that people make and delete; the team's own comes and goes with the team. */
export type MadeScopeKind = Exclude<ScopeKind, 'team'>

/** A scope with its name. */
export type NamedScope = Scope & { name: string }

/** How a scope's kind is spelled in paths: `/v1/projects/…`. */
export const scopePaths = { team: 'teams', cluster: 'clusters', project: 'projects' } as const

/** IDs name their kind by their first two letters; ten random lower-case base-36 characters follow. */
export const scopeIdPrefixes = { team: 'te', cluster: 'cl', project: 'pr' } as const

/** Longest name of a team, project, cluster or person, in characters. */
export const maxLabelLength = 100

/** A name that people give to a thing and may change: one line, not empty, no control characters. */
export const label = z
  .string('Type a name.')
  .trim()
  .min(1, 'Type a name.')
  .max(maxLabelLength, `Use at most ${maxLabelLength} characters.`)
  .refine((text) => !/\p{Cc}/u.test(text) && text.isWellFormed(), 'Use one line of plain text.')

/** What kind of machines a cluster has; shown to people, without effect on precedence. */
export const clusterTypes = ['kubernetes', 'slurm', 'vm', 'other'] as const
export type ClusterType = (typeof clusterTypes)[number]

const record = {
  id: z.string(),
  name: z.string(),
  dtCreated: z.iso.datetime(),
  dtModified: z.iso.datetime(),
  /** How many secrets are stored in it. */
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
