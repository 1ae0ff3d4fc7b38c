import * as z from 'zod'
import { label } from '#shared/scope.ts'
import { keyAccesses } from './role.ts'

const prefix = 'gsec_'
const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const secretLength = 30
const checksumLength = 6
const form = new RegExp(`^${prefix}[0-9A-Za-z]{${secretLength + checksumLength}}$`)

/** Number of random base-62 characters of a key: 178 bits. */
export const keySecretLength = secretLength

/** The alphabet of a key. */
export const keyAlphabet = alphabet

/** Default lifetime of a key in days. */
export const defaultKeyDays = 90

/**
 * Builds a key from its random part: `gsec_`, 30 characters, and a checksum that detects typing errors without a
 * database query.
 */
export const apiKeyFrom = (random: string): string => `${prefix}${random}${checksum(random)}`

/** Returns whether a text has the form and the checksum of a key. */
export const isApiKey = (text: string): boolean =>
  form.test(text) && checksum(text.slice(prefix.length, -checksumLength)) === text.slice(-checksumLength)

/** Returns the parts of a key that may be shown: its prefix with four characters, and its last four. */
export const maskedApiKey = (key: string): string => `${key.slice(0, prefix.length + 4)}…${key.slice(-4)}`

const checksum = (text: string): string => {
  let rest = crc32(text)
  let digits = ''
  for (let place = 0; place < checksumLength; place++) {
    digits = (alphabet[rest % 62] ?? '') + digits
    rest = Math.floor(rest / 62)
  }
  return digits
}

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1
  return value
})

/** Returns the CRC-32 (ISO 3309) of an ASCII text. */
export const crc32 = (text: string): number => {
  let crc = 0xffffffff
  for (let index = 0; index < text.length; index++) {
    crc = (crcTable[(crc ^ text.charCodeAt(index)) & 0xff] ?? 0) ^ (crc >>> 8)
  }
  return (crc ^ 0xffffffff) >>> 0
}

const access = z
  .array(z.enum(keyAccesses, 'Choose “manage”, “run” or both.'))
  .min(1, 'Choose what the key is for.')
  .transform((chosen) => keyAccesses.filter((one) => chosen.includes(one)))

/** Request for a new key. Without `expiresAt` it lasts 90 days; `null` means for ever. */
export const newApiKey = z.object({
  name: label,
  access: access.optional(),
  /** Limits the key to the secrets of this project, of this cluster, or of both. */
  projectId: z.string().max(100).optional(),
  clusterId: z.string().max(100).optional(),
  expiresAt: z.iso.datetime({ offset: true, error: 'Give a date and time, like 2030-01-31T00:00:00Z.' }).nullish(),
})
export type NewApiKey = z.input<typeof newApiKey>

const limit = z.object({ id: z.string(), name: z.string() }).nullable()

/** The metadata of a key. The key itself is shown once, at its creation. */
export const apiKey = z
  .object({
    /** Identifies the key in logs and in the audit trail. */
    id: z.string(),
    name: z.string(),
    /** Its first nine and last four characters. */
    masked: z.string(),
    access: z.array(z.enum(keyAccesses)),
    project: limit,
    cluster: limit,
    /** Owner of the key. */
    member: z.object({ id: z.string(), name: z.string() }),
    dtCreated: z.iso.datetime(),
    expiresAt: z.iso.datetime().nullable(),
    /** Accurate to one minute. `from` is a network address. */
    lastUsed: z.object({ at: z.iso.datetime(), from: z.string() }).nullable(),
  })
  .meta({ id: 'ApiKey' })
export type ApiKey = z.infer<typeof apiKey>

export const madeApiKey = apiKey.extend({ key: z.string() }).meta({ id: 'MadeApiKey' })
export type MadeApiKey = z.infer<typeof madeApiKey>

/** Whose keys to list: one’s own, or those of other members. */
export const keyOwners = ['me', 'others'] as const
export type KeyOwner = (typeof keyOwners)[number]
