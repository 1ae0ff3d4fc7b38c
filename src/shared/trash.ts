import * as z from 'zod'

/** How many days a deleted secret can be restored unless the settings say otherwise. */
export const defaultTrashDays = 30

/** Where a deleted secret is kept, until it is restored, purged or expires. */
export const trashed = z.object({
  /** Of this deletion: one name can be in the trash several times. */
  id: z.string(),
  expiresAt: z.iso.datetime(),
})
export type Trashed = z.infer<typeof trashed>

/** A deleted secret in the trash of its scope. */
export const trashedSecret = trashed
  .extend({
    name: z.string(),
    /** The version that workloads got last. */
    version: z.int(),
    /** How many versions come back with it. */
    versions: z.int(),
    dtDeleted: z.iso.datetime(),
    deletedBy: z.object({ id: z.string(), name: z.string() }),
  })
  .meta({ id: 'TrashedSecret' })
export type TrashedSecret = z.infer<typeof trashedSecret>

/** The answer to a deletion. */
export const deletedSecret = z.object({ name: z.string(), trashed })
