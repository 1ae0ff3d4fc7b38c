import * as z from 'zod'
import { secret } from '#shared/secret.ts'
import { secretUse } from '#shared/workload/secret-use.ts'
import { holder } from '#shared/workload/workload.ts'

const named = z.object({ id: z.string(), name: z.string() })

/** The kind of a change: a new secret, a replaced or deleted one, or a project or cluster. */
const plannedChanges = ['set', 'edit', 'delete', 'renameScope', 'deleteScope'] as const

/** Maximum number of outcomes, examples and uses in a plan. Its counts cover the rest. */
export const planExamples = 20

/** Number of past days whose uses a plan lists. */
export const planUseDays = 30

/** Request header with the hash of the plan that the change is based on. */
export const planHeader = 'gradient-plan'

/** Hash of a plan: SHA-256 in lower-case hex. */
export const planHash = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'Send the “hash” of a plan: 64 characters of hex, as the plan has it.')

const winners = { before: holder.nullable(), after: holder.nullable() }

/**
 * What a change affects, computed before it is made, as far as the caller may see: other projects and clusters are
 * neither named nor counted. Contains names, counts and times, never a value.
 */
export const plan = z
  .object({
    /** Covers everything in the plan except the uses and `same`. Another hash means that the state has changed. */
    hash: z.string(),
    /**
     * Whether the value in the request, or that of the version to restore, equals the stored one. Missing when there is
     * no value or no secret. Null when they were not compared: after too many wrong values, during a concurrent change,
     * or without a fingerprint.
     */
    same: z.boolean().nullable().optional(),
    change: z.enum(plannedChanges),
    /** The current secret, or null when it is new or the change is about a scope. */
    secret: secret.nullable(),
    /** Number of secrets that the change writes or deletes. */
    secrets: z.int(),
    /**
     * Number of pairs of a project (or none) and a cluster (or none) that get another value, and number of all pairs.
     * For a deleted project or cluster, the pairs that stop existing; for a renamed one, none.
     */
    affected: z.int(),
    pairs: z.int(),
    /**
     * The affected pairs grouped by their winners before and after, most pairs first. Empty for a change of a project
     * or cluster.
     */
    outcomes: z.array(z.object({ ...winners, pairs: z.int() })),
    /** Examples of affected pairs: by name, those without project or cluster first. */
    examples: z.array(z.object({ project: named.nullable(), cluster: named.nullable(), ...winners })),
    /** Uses of the past 30 days by workloads that the change affects, newest first, and their number. */
    uses: z.array(secretUse.extend({ secret: z.string() })),
    usesTotal: z.int(),
  })
  .meta({ id: 'Plan' })
export type Plan = z.infer<typeof plan>
