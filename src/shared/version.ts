import * as z from 'zod'

/** How many versions of a secret are kept unless the settings say otherwise. */
export const defaultKeptVersions = 10

/** What may be known of one version of a secret. It has no value, as the secret has none. */
export const secretVersion = z
  .object({
    version: z.int(),
    dtCreated: z.iso.datetime(),
    setBy: z.object({ id: z.string(), name: z.string() }),
    /** Of the value, in bytes of UTF-8. */
    size: z.int(),
    /**
     * The same for equal values of this one secret, and for no others; of no use for finding out a value without the
     * team’s key. Null for a version that was set before fingerprints were kept.
     */
    fingerprint: z.string().nullable(),
    /** The version whose value it has again, if it was restored. */
    restoredFrom: z.int().nullable(),
    /** Whether it is what workloads get. */
    current: z.boolean(),
  })
  .meta({ id: 'SecretVersion' })
export type SecretVersion = z.infer<typeof secretVersion>
