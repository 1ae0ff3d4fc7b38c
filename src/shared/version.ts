import * as z from 'zod'

/** Default number of versions kept of a secret. */
export const defaultKeptVersions = 10

/** The metadata of one version of a secret. Contains no value. */
export const secretVersion = z
  .object({
    version: z.int(),
    dtCreated: z.iso.datetime(),
    setBy: z.object({ id: z.string(), name: z.string() }),
    /** Size of the value in bytes of UTF-8. */
    size: z.int(),
    /**
     * Equal for equal values of this secret, and for nothing else. Useless for guessing a value without the key of the
     * team. Null for versions from before fingerprints existed.
     */
    fingerprint: z.string().nullable(),
    /** The version that was restored, if any. */
    restoredFrom: z.int().nullable(),
    /** Whether workloads get this version. */
    current: z.boolean(),
  })
  .meta({ id: 'SecretVersion' })
export type SecretVersion = z.infer<typeof secretVersion>
