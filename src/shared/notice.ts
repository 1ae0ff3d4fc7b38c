import * as z from 'zod'
import { scopeKinds } from './scope.ts'

/**
 * Kinds of changed lists: secrets, scopes, API keys, members with invites, the audit trail, or anything when changes
 * may have been missed.
 */
const changeKinds = ['secrets', 'scopes', 'keys', 'members', 'audit', 'anything'] as const
export type ChangeKind = (typeof changeKinds)[number]

/** A notice of a change: what kind and where. Contains no name and no value. */
export const changeNotice = z
  .object({
    kind: z.enum(changeKinds),
    scope: z.object({ kind: z.enum(scopeKinds), id: z.string() }).optional(),
  })
  .meta({ id: 'ChangeNotice' })
export type ChangeNotice = z.infer<typeof changeNotice>
