import * as z from 'zod'
import { scopeKinds } from '#shared/scope.ts'
import { secretName } from '#shared/secret.ts'

/** Where a workload runs: on a project or none, and on a cluster or none. */
export const pair = z.object({
  projectId: z.string().max(100).optional(),
  clusterId: z.string().max(100).optional(),
})
export type Pair = z.infer<typeof pair>

/** Most variables and names that one request resolves. */
export const maxResolved = 1000

/** What to resolve for a workload: variables with references or literals, all names that are effective, or only some. */
export const resolveRequest = pair
  .extend({
    env: z
      .record(z.string(), z.string('Give each variable a text.'))
      .refine((env) => Object.keys(env).length <= maxResolved, `Ask for at most ${maxResolved} variables.`)
      .optional(),
    all: z.literal(true).optional(),
    only: z.array(secretName).max(maxResolved).optional(),
  })
  .refine(({ env, all, only }) => env || all || only, 'Say what to resolve: “env”, “only” or “all”.')
export type ResolveRequest = z.infer<typeof resolveRequest>

/** A secret in a scope, as the precedence sees it. */
export const holder = z
  .object({ kind: z.enum(scopeKinds), id: z.string(), name: z.string(), version: z.int() })
  .meta({ id: 'Holder' })
export type Holder = z.infer<typeof holder>

/** Where the value of a variable came from. */
export const source = z
  .discriminatedUnion('from', [
    z.object({ from: z.literal('literal') }),
    z.object({ from: z.literal('ephemeral'), id: z.string() }),
    z.object({ from: z.literal('secret'), name: z.string(), winner: holder, overridden: z.array(holder) }),
  ])
  .meta({ id: 'Source' })
export type Source = z.infer<typeof source>

export const resolved = z
  .object({ env: z.record(z.string(), z.string()), sources: z.record(z.string(), source) })
  .meta({ id: 'Resolved' })
export type Resolved = z.infer<typeof resolved>

/** Why a name resolves as it does: which scopes were looked at, strongest first, and what was found. */
export const explanation = z
  .object({
    name: z.string(),
    searched: z.array(z.object({ kind: z.enum(scopeKinds), id: z.string(), name: z.string() })),
    winner: holder.nullable(),
    overridden: z.array(holder),
  })
  .meta({ id: 'Explanation' })
export type Explanation = z.infer<typeof explanation>

/**
 * Everything that decides what workloads of a project get on every cluster, or of a cluster in every project, or in the
 * whole team: the names, and for each scope which of them it has, in which version. Each pair is decided by `decide`.
 */
export const effectiveMatrix = z
  .object({
    names: z.array(z.string()),
    scopes: z.array(
      z.object({
        kind: z.enum(scopeKinds),
        id: z.string(),
        name: z.string(),
        /** In turn an index into the names and a version: as lists of two, half a million take three times as long. */
        secrets: z.array(z.int()),
      }),
    ),
  })
  .meta({ id: 'EffectiveWorld' })
export type EffectiveMatrix = z.infer<typeof effectiveMatrix>
