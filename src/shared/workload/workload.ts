import * as z from 'zod'
import { scopeKinds } from '#shared/scope.ts'
import { secretName } from '#shared/secret.ts'

/** The project and the cluster of a workload, each optional. */
export const pair = z.object({
  projectId: z.string().max(100).optional(),
  clusterId: z.string().max(100).optional(),
})
export type Pair = z.infer<typeof pair>

/** Maximum number of variables and names in one request. */
const maxResolved = 1000

/** What to resolve: variables with references or literals, all effective names, or some of them. */
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

/** A secret in a scope, as used by the precedence. */
export const holder = z
  .object({ kind: z.enum(scopeKinds), id: z.string(), name: z.string(), version: z.int() })
  .meta({ id: 'Holder' })
export type Holder = z.infer<typeof holder>

/** The source of the value of a variable. */
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

/** Why a name resolves as it does: the searched scopes, strongest first, and the result. */
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
 * The effective matrix: all names, and for each scope the versions of its names. Covers all clusters of a project, all
 * projects of a cluster, or the whole team. `decide` gives the result for each pair.
 */
export const effectiveMatrix = z
  .object({
    names: z.array(z.string()),
    scopes: z.array(
      z.object({
        kind: z.enum(scopeKinds),
        id: z.string(),
        name: z.string(),
        /**
         * Alternating index into the names, and version. As a list of pairs, half a million entries take three times as
         * long.
         */
        secrets: z.array(z.int()),
      }),
    ),
  })
  .meta({ id: 'EffectiveMatrix' })
export type EffectiveMatrix = z.infer<typeof effectiveMatrix>
