import * as z from 'zod'
import { formatIpRange, parseIpRange } from '#shared/network/ip-address.ts'
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

/** Who may own a key: the person who makes it, or the team. */
const owners = ['me', 'team'] as const

/** Maximum number of addresses and ranges of a key. */
export const maxKeyAddresses = 20

const address = z
  .string()
  .trim()
  .max(50)
  .transform((text, context) => {
    const range = parseIpRange(text)
    if (range) return formatIpRange(range)
    context.addIssue({
      code: 'custom',
      message: 'Give an address or a range, like 192.0.2.7 or 2001:db8::/32.',
      input: undefined,
    })
    return z.NEVER
  })

const addresses = z
  .array(address)
  .max(maxKeyAddresses, `A key has at most ${maxKeyAddresses} addresses.`)
  .transform((all) => [...new Set(all)])

const expiry = z.iso.datetime({ offset: true, error: 'Give a date and time, like 2030-01-31T00:00:00Z.' })

/** Request for a new key. Without `expiresAt` it lasts 90 days; `null` means for ever. */
export const newApiKey = z.object({
  name: label,
  access: access.optional(),
  /** Limits the key to the secrets of this project, of this cluster, or of both. */
  projectId: z.string().max(100).optional(),
  clusterId: z.string().max(100).optional(),
  expiresAt: expiry.nullish(),
  /** “team” makes a key that goes on when its maker leaves. */
  owner: z.enum(owners, 'Choose “me” or “team”.').optional(),
  /** The addresses and ranges that the key is accepted from, such as `192.0.2.0/24`; none for everywhere. */
  addresses: addresses.optional(),
})
export type NewApiKey = z.input<typeof newApiKey>

/** Default and maximum number of hours that a renewed key goes on working. */
export const defaultOverlapHours = 24
export const maxOverlapHours = 30 * 24

const overlap = `“overlapHours” is 0 to ${maxOverlapHours}.`

/** Request for the successor of a key. Without `expiresAt` it lasts as long as the key before it did. */
export const keyRenewal = z.object({
  expiresAt: expiry.nullish(),
  overlapHours: z.int(overlap).min(0, overlap).max(maxOverlapHours, overlap).default(defaultOverlapHours),
})
export type KeyRenewal = z.input<typeof keyRenewal>

/** How many days before a key expires the trail, the list and the metrics warn of it, the first warning first. */
export const expiryWarningDays = [14, 3] as const

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
    /** Owner of the key; null for a key of the team. */
    member: z.object({ id: z.string(), name: z.string() }).nullable(),
    /** The addresses and ranges that the key is accepted from; none for everywhere. */
    addresses: z.array(z.string()),
    /** The ID of the key that a renewal made in its place. */
    renewedAs: z.string().nullable(),
    dtCreated: z.iso.datetime(),
    expiresAt: z.iso.datetime().nullable(),
    /** Accurate to one minute. `from` is a network address. */
    lastUsed: z.object({ at: z.iso.datetime(), from: z.string() }).nullable(),
  })
  .meta({ id: 'ApiKey' })
export type ApiKey = z.infer<typeof apiKey>

export const madeApiKey = apiKey.extend({ key: z.string() }).meta({ id: 'MadeApiKey' })
export type MadeApiKey = z.infer<typeof madeApiKey>

/** Whose keys to list: one’s own, those of other members, or those of the team. */
export const keyOwners = ['me', 'others', 'team'] as const
export type KeyOwner = (typeof keyOwners)[number]
