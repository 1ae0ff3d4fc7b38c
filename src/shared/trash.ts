import * as z from 'zod'
import { label } from './scope.ts'

/** Default number of days in which a deleted secret can be restored. */
export const defaultTrashDays = 30

/** A deletion, which lasts until the secret is restored, purged or expires. */
export const trashed = z.object({
  /** ID of this deletion: one name can be in the trash several times. */
  id: z.string(),
  expiresAt: z.iso.datetime(),
})
export type Trashed = z.infer<typeof trashed>

/** A deleted secret in the trash of its scope. */
export const trashedSecret = trashed
  .extend({
    name: z.string(),
    /** Last version that workloads got. */
    version: z.int(),
    /** Number of versions that a restore brings back. */
    versions: z.int(),
    dtDeleted: z.iso.datetime(),
    deletedBy: z.object({ id: z.string(), name: z.string() }),
  })
  .meta({ id: 'TrashedSecret' })
export type TrashedSecret = z.infer<typeof trashedSecret>

/** When something was deleted and by whom, and when it is erased for good. */
const deletion = {
  dtDeleted: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  deletedBy: z.object({ id: z.string(), name: z.string() }),
}

/** A deleted project or cluster, with the number of its secrets. */
export const deletedScope = z
  .object({ id: z.string(), name: z.string(), secrets: z.int(), ...deletion })
  .meta({ id: 'DeletedScope' })
export type DeletedScope = z.infer<typeof deletedScope>

/** A deleted team, with the numbers of what is in it. */
export const deletedTeam = z
  .object({
    id: z.string(),
    namespace: z.string(),
    name: z.string(),
    projects: z.int(),
    clusters: z.int(),
    secrets: z.int(),
    ...deletion,
  })
  .meta({ id: 'DeletedTeam' })
export type DeletedTeam = z.infer<typeof deletedTeam>

/** Restores a project or cluster, under another name if one is given. */
export const scopeRestoration = z.object({ name: label.optional() })

/** Response to a deletion. */
export const deletedSecret = z.object({ name: z.string(), trashed })
