import * as z from 'zod'

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

/** Response to a deletion. */
export const deletedSecret = z.object({ name: z.string(), trashed })
