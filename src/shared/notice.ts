import * as z from 'zod'
import { scopeKinds } from './scope.ts'

/**
 * What a change may show anew: lists of secrets, projects and clusters, API keys, people with their invites, the trail,
 * or all of it, when it is not known what was missed.
 */
export const changeKinds = ['secrets', 'scopes', 'keys', 'members', 'audit', 'anything'] as const
export type ChangeKind = (typeof changeKinds)[number]

/** That something was changed: where, and not what. It has no name and no value in it. */
export const changeNotice = z
  .object({
    kind: z.enum(changeKinds),
    scope: z.object({ kind: z.enum(scopeKinds), id: z.string() }).optional(),
  })
  .meta({ id: 'ChangeNotice' })
export type ChangeNotice = z.infer<typeof changeNotice>
