import { join, resolve } from 'node:path'
import * as z from 'zod'
import type { Bytes } from '#server/crypto/web-crypto.ts'
import { normalHost } from '#server/http/normal-host.ts'
import type { DatabaseLocation } from '#server/node/database/open-database.ts'
import type { SessionLimits } from '#server/node/identity/sessions.ts'
import { parseTracingSettings, type TracingSettings } from '#server/node/watching/tracing-settings.ts'
import type { BucketSize } from '#server/services/token-buckets.ts'
import { defaultTeamLimits, type TeamLimits } from '#server/store/team-limits.ts'
import { type IpRange, parseIpRange } from '#shared/network/ip-address.ts'
import type { PasswordSignIn } from '#shared/people/openid.ts'
import { type TeamCreators, teamCreators } from '#shared/people/team.ts'
import { defaultTrashDays } from '#shared/trash.ts'
import { defaultKeptVersions } from '#shared/version.ts'
import {
  type OpenidSettings,
  openidRequirements,
  openidVariables,
  parseOpenidSettings,
} from './identity/openid/openid-settings.ts'

export type MetricsSettings = { host: string; port: number }

/** The settings of a server, parsed once at its start. */
export type Config = {
  port: number
  host: string
  /** Where to serve metrics; `undefined` when they are off. */
  metrics: MetricsSettings | undefined
  tracing: TracingSettings | undefined
  publicUrl: URL | undefined
  /** The proxies whose headers tell the address of a client. */
  trustedProxies: readonly IpRange[]
  database: DatabaseLocation
  masterKey: MasterKeySetting
  setupToken: string | undefined
  /** How many requests a second one person or key may send, and how many at once; `undefined` for any number. */
  requestRate: BucketSize | undefined
  /** How many of each a team may have. */
  teamLimits: TeamLimits
  /** The identity provider; `undefined` without one. */
  openid: OpenidSettings | undefined
  passwordSignIn: PasswordSignIn
  /** How many versions of a secret are kept. */
  keepVersions: number
  /** How many days a deleted secret can be restored. */
  trashDays: number
  sessionLimits: SessionLimits
  teamCreation: TeamCreators
  /** Whether to log every SQL statement, without parameters. */
  logSql: boolean
}

/**
 * Where the master key is. `next` is the key that a rotation changes to; for a key file, it is in a second file. `kms`
 * is the AWS KMS key that encrypts new master keys.
 */
export type MasterKeySetting =
  | { from: 'environment'; key: Bytes; next?: Bytes | undefined }
  | { from: 'file'; path: string; kms?: string | undefined }

/** An invalid setting. The message names the variable and never shows its value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

const url = (protocols: readonly string[]) =>
  z.string().refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol))

/** Parses a list of addresses and ranges. A range of everybody is refused: anybody could claim any address. */
const ranges = z.string().transform((text, { addIssue }) =>
  text.split(',').flatMap((part): IpRange[] => {
    const range = parseIpRange(part.trim())
    if (range && range.prefix > 0) return [range]
    addIssue('no range')
    return []
  }),
)

const port = z.coerce.number('must be a port: a whole number from 0 to 65535').int().min(0).max(65535)

const most = z.coerce.number().int().min(1).max(100_000_000)

const settings = z.object({
  PORT: port.default(8300),
  HOST: z.string().min(1).default('127.0.0.1'),
  METRICS_PORT: port.optional(),
  METRICS_HOST: z.string().min(1).default('127.0.0.1'),
  DATA_DIR: z.string().min(1).default('./data'),
  DATABASE_URL: url(['postgres:', 'postgresql:']).optional(),
  DATABASE_POOL_SIZE: z.coerce.number().int().min(2).max(500).default(10),
  DATABASE_LISTEN: z.enum(['on', 'off']).default('on'),
  MASTER_KEY: z.string().optional(),
  MASTER_KEY_NEXT: z.string().optional(),
  MASTER_KEY_FILE: z.string().min(1).optional(),
  MASTER_KEY_KMS: z.string().min(1).max(2048).optional(),
  PUBLIC_URL: url(['http:', 'https:']).optional(),
  TRUSTED_PROXIES: ranges.default([]),
  SETUP_TOKEN: z.string().max(200).optional(),
  RATE_LIMIT: z.coerce.number().min(0).max(1_000_000).default(500),
  RATE_BURST: z.coerce.number().int().min(1).max(10_000_000).default(10_000),
  TEAM_SECRETS: most.default(defaultTeamLimits.secrets),
  TEAM_SCOPES: most.default(defaultTeamLimits.scopes),
  TEAM_KEYS: most.default(defaultTeamLimits.keys),
  TEAM_MEMBERS: most.default(defaultTeamLimits.members),
  TEAM_INVITES: most.default(defaultTeamLimits.invites),
  KEEP_VERSIONS: z.coerce.number().int().min(1).max(100).default(defaultKeptVersions),
  TRASH_DAYS: z.coerce.number().int().min(1).max(3650).default(defaultTrashDays),
  SESSION_IDLE_DAYS: z.coerce
    .number()
    .min(1 / 24)
    .max(365)
    .default(7),
  SESSION_MAX_DAYS: z.coerce
    .number()
    .min(1 / 24)
    .max(365)
    .default(30),
  ...openidVariables,
  TEAM_CREATION: z.enum(teamCreators).default('owners'),
  LOG_SQL: z.enum(['0', '1']).default('0'),
})

/** What each setting must be, for error messages. */
const requirements: Record<keyof z.input<typeof settings>, string> = {
  PORT: 'a whole number from 0 to 65535',
  HOST: 'an address or a name of this machine',
  METRICS_PORT: 'a whole number from 0 to 65535',
  METRICS_HOST: 'an address or a name of this machine',
  DATA_DIR: 'a folder',
  DATABASE_URL: 'an address like postgres://user:password@host:5432/name',
  DATABASE_POOL_SIZE: 'a whole number from 2 to 500',
  DATABASE_LISTEN: '“on” or “off”',
  MASTER_KEY: '32 bytes in base64, as “openssl rand -base64 32” prints them',
  MASTER_KEY_NEXT: '32 bytes in base64, as “openssl rand -base64 32” prints them',
  MASTER_KEY_FILE: 'a file',
  MASTER_KEY_KMS: 'the id, ARN or alias of a key of AWS KMS',
  PUBLIC_URL: 'an address like https://secrets.example.com',
  TRUSTED_PROXIES: 'addresses or ranges of your proxies, like “127.0.0.1, 10.0.0.0/8”, and not of everybody',
  SETUP_TOKEN: '32 to 200 characters',
  RATE_LIMIT: 'a number of requests a second from 0 to 1000000, where 0 is any number',
  RATE_BURST: 'a whole number of requests from 1 to 10000000',
  TEAM_SECRETS: 'a whole number from 1 to 100000000',
  TEAM_SCOPES: 'a whole number from 1 to 100000000',
  TEAM_KEYS: 'a whole number from 1 to 100000000',
  TEAM_MEMBERS: 'a whole number from 1 to 100000000',
  TEAM_INVITES: 'a whole number from 1 to 100000000',
  KEEP_VERSIONS: 'a whole number from 1 to 100',
  TRASH_DAYS: 'a whole number of days from 1 to 3650',
  SESSION_IDLE_DAYS: 'a number of days up to 365, and at least an hour (0.05)',
  SESSION_MAX_DAYS: 'a number of days up to 365, and at least an hour (0.05)',
  ...openidRequirements,
  TEAM_CREATION: '“owners” or “anyone”',
  LOG_SQL: '0 or 1',
}

/** Reads the settings from environment variables; an empty variable counts as unset. Throws {@link ConfigError}. */
export const parseConfig = (environment: Record<string, string | undefined>): Config => {
  const variables = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''))
  const parsed = settings.safeParse(variables)
  if (!parsed.success) {
    const name = parsed.error.issues[0]?.path[0] as keyof typeof requirements
    throw new ConfigError(`${name} must be ${requirements[name]}. Correct it, or leave it out for its default.`)
  }
  const { PORT, HOST, DATA_DIR, DATABASE_URL, DATABASE_POOL_SIZE, DATABASE_LISTEN } = parsed.data
  const { RATE_LIMIT, RATE_BURST } = parsed.data
  const { PUBLIC_URL, TRUSTED_PROXIES, SETUP_TOKEN, KEEP_VERSIONS, TRASH_DAYS, TEAM_CREATION, LOG_SQL } = parsed.data
  return {
    port: PORT,
    host: HOST,
    metrics: metricsSettings(parsed.data),
    tracing: parseTracingSettings(variables, refuse),
    publicUrl: PUBLIC_URL ? new URL(PUBLIC_URL) : undefined,
    trustedProxies: TRUSTED_PROXIES,
    database: DATABASE_URL
      ? { kind: 'postgres', url: DATABASE_URL, poolSize: DATABASE_POOL_SIZE, listen: DATABASE_LISTEN === 'on' }
      : { kind: 'sqlite', path: resolve(DATA_DIR, 'secrets.db') },
    masterKey: masterKeySetting(parsed.data),
    setupToken: SETUP_TOKEN,
    requestRate: RATE_LIMIT === 0 ? undefined : { rate: RATE_LIMIT, burst: RATE_BURST },
    teamLimits: {
      secrets: parsed.data.TEAM_SECRETS,
      scopes: parsed.data.TEAM_SCOPES,
      keys: parsed.data.TEAM_KEYS,
      members: parsed.data.TEAM_MEMBERS,
      invites: parsed.data.TEAM_INVITES,
    },
    ...parseOpenidSettings(parsed.data, refuse),
    keepVersions: KEEP_VERSIONS,
    trashDays: TRASH_DAYS,
    teamCreation: TEAM_CREATION,
    sessionLimits: sessionLimits(parsed.data),
    logSql: LOG_SQL === '1',
  }
}

const day = 24 * 60 * 60_000

const sessionLimits = ({ SESSION_IDLE_DAYS, SESSION_MAX_DAYS }: z.output<typeof settings>): SessionLimits => ({
  idle: Math.round(SESSION_IDLE_DAYS * day),
  max: Math.round(SESSION_MAX_DAYS * day),
})

const masterKeySetting = (variables: z.output<typeof settings>): MasterKeySetting => {
  const { DATA_DIR, MASTER_KEY, MASTER_KEY_NEXT, MASTER_KEY_FILE, MASTER_KEY_KMS } = variables
  if (!MASTER_KEY) {
    if (MASTER_KEY_NEXT) {
      refuse(
        'MASTER_KEY_NEXT goes with MASTER_KEY. The next key of a file is in a file beside it, which rotate-master-key makes.',
      )
    }
    return { from: 'file', path: resolve(MASTER_KEY_FILE ?? join(DATA_DIR, 'master.key')), kms: MASTER_KEY_KMS }
  }
  if (MASTER_KEY_FILE) refuse('Set MASTER_KEY or MASTER_KEY_FILE, not both.')
  if (MASTER_KEY_KMS) refuse('Set MASTER_KEY or MASTER_KEY_KMS, not both: KMS keeps its keys in a file.')
  const next = MASTER_KEY_NEXT ? decodeMasterKey(MASTER_KEY_NEXT, 'MASTER_KEY_NEXT') : undefined
  return { from: 'environment', key: decodeMasterKey(MASTER_KEY, 'MASTER_KEY'), next }
}

/** Returns whether a set-up token is too short to withstand guesses. An installation that is set up has no use for it. */
export const isShortToken = (token: string | undefined): boolean => token !== undefined && token.length < 32

/** Returns the error for a set-up token that is too short, before the installation is set up. */
export const shortToken = (): ConfigError =>
  new ConfigError(
    `SETUP_TOKEN must be ${requirements.SETUP_TOKEN}. Make one with “openssl rand -base64 32”, or leave it out.`,
  )

/** Decodes a master key from base64. Throws {@link ConfigError} that names `name` when the text is not a key. */
export const decodeMasterKey = (text: string, name: string): Uint8Array<ArrayBuffer> => {
  const trimmed = text.trim()
  const key = new Uint8Array(Buffer.from(trimmed, 'base64'))
  const canonical = Buffer.from(key).toString('base64')
  if (key.byteLength === 32 && canonical === trimmed) return key
  throw new ConfigError(`${name} must be ${requirements.MASTER_KEY}.`)
}

/** Returns the address to show to people. An unspecified host is shown as `localhost`. */
export const publicAddress = ({ publicUrl, host }: Pick<Config, 'publicUrl' | 'host'>, port: number): string =>
  publicUrl ? publicUrl.href.replace(/\/$/, '') : localOrigin(host, port)

/** Returns the origin of a port on this machine. */
export const localOrigin = (host: string, port: number): string => {
  const shown = host === '0.0.0.0' || host === '::' ? 'localhost' : host
  return `http://${shown.includes(':') ? `[${shown}]` : shown}:${port}`
}

const loopback = new Set(['localhost', '127.0.0.1', '[::1]'])

/**
 * Returns the check for `Host` headers. With `PUBLIC_URL`, only its host passes. On a loopback address, only loopback
 * names pass, so that a website cannot reach the server through DNS rebinding.
 */
export const hostCheck = ({ publicUrl, host }: Pick<Config, 'publicUrl' | 'host'>): ((host: string) => boolean) => {
  if (publicUrl) {
    const { protocol } = publicUrl
    const own = normalHost(publicUrl.host, protocol)
    return (asked) => asked === own || normalHost(asked, protocol) === own
  }
  const own = host.includes(':') ? `[${host}]` : host
  if (!loopback.has(own)) return () => true
  return (asked) => loopback.has(normalHost(asked, 'http:')?.replace(/:\d+$/, '') ?? '')
}

const metricsSettings = ({
  PORT,
  METRICS_PORT,
  METRICS_HOST,
}: z.output<typeof settings>): MetricsSettings | undefined => {
  if (METRICS_PORT === undefined) return undefined
  if (METRICS_PORT !== 0 && METRICS_PORT === PORT) {
    return refuse('METRICS_PORT must be another port than PORT: metrics are not for everybody.')
  }
  return { host: METRICS_HOST, port: METRICS_PORT }
}

const refuse = (message: string): never => {
  throw new ConfigError(message)
}

/** Describes where a database is, without the password. */
export const describeDatabase = (location: DatabaseLocation): string => {
  if (location.kind === 'sqlite') return location.path
  const { host, pathname } = new URL(location.url)
  return `postgres://${host}${pathname}`
}
