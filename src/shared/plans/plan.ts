import * as z from 'zod'
import { secret } from '#shared/secret.ts'
import { secretUse } from '#shared/workload/secret-use.ts'
import { holder } from '#shared/workload/workload.ts'

const named = z.object({ id: z.string(), name: z.string() })

/** What is about to happen: a secret set where there was none, set again or deleted; or a project or cluster. */
export const plannedChanges = ['set', 'edit', 'delete', 'renameScope', 'deleteScope'] as const

/** How many groups of pairs, single pairs and uses a plan names; its counts tell of the rest. */
export const planExamples = 20

/** How far back, in days, a plan looks for uses. */
export const planUseDays = 30

/** The header that carries the hash of the plan which a change was decided by. */
export const planHeader = 'gradient-plan'

/** A plan's hash: SHA-256 in hex, with small letters. */
export const planHash = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'Send the “hash” of a plan: 64 characters of hex, as the plan has it.')

const winners = { before: holder.nullable(), after: holder.nullable() }

/**
 * What a change will touch, told before it is made, as far as whoever asks may see: projects and clusters beyond that
 * are neither named nor counted. It holds names, counts and times, never a value.
 */
export const plan = z
  .object({
    /** Stands for everything in the plan but the uses and `same`: another hash means that the world has moved. */
    hash: z.string(),
    /**
     * Whether the value that came with the question, or that of the version to restore, is the one that is stored. Left
     * out when there is none or no such secret; null when they were not compared, after too many wrong ones, for a change
     * at that moment, or for want of a fingerprint.
     */
    same: z.boolean().nullable().optional(),
    change: z.enum(plannedChanges),
    /** The secret as it is now, or null when it is new or the change is about a scope. */
    secret: secret.nullable(),
    /** How many secrets the change writes or deletes. */
    secrets: z.int(),
    /**
     * How many pairs of a project (or none) and a cluster (or none) get something else, and of how many. For a project
     * or cluster that is deleted, the pairs that stop existing; for one that is renamed, none.
     */
    affected: z.int(),
    pairs: z.int(),
    /** The affected pairs by what they got and will get, most pairs first. None for a change of a project or cluster. */
    outcomes: z.array(z.object({ ...winners, pairs: z.int() })),
    /** Some of the affected pairs: by name, those without project or cluster first. */
    examples: z.array(z.object({ project: named.nullable(), cluster: named.nullable(), ...winners })),
    /** The uses of the past 30 days by workloads that the change touches, newest first, and how many there are. */
    uses: z.array(secretUse.extend({ secret: z.string() })),
    usesTotal: z.int(),
  })
  .meta({ id: 'Plan' })
export type Plan = z.infer<typeof plan>
