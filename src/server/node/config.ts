import { join, resolve } from 'node:path'
import * as z from 'zod'
import { defaultTrashDays } from '#shared/trash.ts'
import { defaultKeptVersions } from '#shared/version.ts'
import type { DatabaseLocation } from './databases.ts'

/** The settings of a server, parsed once at its start. */
export type Config = {
  port: number
  host: string
  publicUrl: URL | undefined
  database: DatabaseLocation
  masterKey: { from: 'environment'; key: Uint8Array<ArrayBuffer> } | { from: 'file'; path: string }
  setupToken: string | undefined
  /** How many versions of a secret are kept. */
  keepVersions: number
  /** How long, in days, a deleted secret can be restored. */
  trashDays: number
}

/** A setting that cannot be used. Its message names the variable and never shows its value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

const url = (protocols: readonly string[]) =>
  z.string().refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol))

const settings = z.object({
  PORT: z.coerce.number('must be a port: a whole number from 0 to 65535').int().min(0).max(65535).default(8300),
  HOST: z.string().min(1).default('127.0.0.1'),
  DATA_DIR: z.string().min(1).default('./data'),
  DATABASE_URL: url(['postgres:', 'postgresql:']).optional(),
  DATABASE_POOL_SIZE: z.coerce.number().int().min(2).max(500).default(10),
  DATABASE_LISTEN: z.enum(['on', 'off']).default('on'),
  MASTER_KEY: z.string().optional(),
  MASTER_KEY_FILE: z.string().min(1).optional(),
  PUBLIC_URL: url(['http:', 'https:']).optional(),
  SETUP_TOKEN: z.string().min(16).max(200).optional(),
  KEEP_VERSIONS: z.coerce.number().int().min(1).max(100).default(defaultKeptVersions),
  TRASH_DAYS: z.coerce.number().int().min(1).max(3650).default(defaultTrashDays),
})

/** What to say about a setting that is not of its form. */
const forms: Record<keyof z.input<typeof settings>, string> = {
  PORT: 'a whole number from 0 to 65535',
  HOST: 'an address or a name of this machine',
  DATA_DIR: 'a folder',
  DATABASE_URL: 'an address like postgres://user:password@host:5432/name',
  DATABASE_POOL_SIZE: 'a whole number from 2 to 500',
  DATABASE_LISTEN: '“on” or “off”',
  MASTER_KEY: '32 bytes in base64, as “openssl rand -base64 32” prints them',
  MASTER_KEY_FILE: 'a file',
  PUBLIC_URL: 'an address like https://secrets.example.com',
  SETUP_TOKEN: '16 to 200 characters',
  KEEP_VERSIONS: 'a whole number from 1 to 100',
  TRASH_DAYS: 'a whole number of days from 1 to 3650',
}

/** Reads the settings from environment variables; an empty one counts as not set. Throws {@link ConfigError}. */
export const parseConfig = (environment: Record<string, string | undefined>): Config => {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''))
  const parsed = settings.safeParse(given)
  if (!parsed.success) {
    const name = parsed.error.issues[0]?.path[0] as keyof typeof forms
    throw new ConfigError(`${name} must be ${forms[name]}. Correct it, or leave it out for its default.`)
  }
  const { PORT, HOST, DATA_DIR, DATABASE_URL, MASTER_KEY, MASTER_KEY_FILE, PUBLIC_URL, SETUP_TOKEN } = parsed.data
  const { DATABASE_POOL_SIZE, DATABASE_LISTEN, KEEP_VERSIONS, TRASH_DAYS } = parsed.data
  if (MASTER_KEY && MASTER_KEY_FILE) throw new ConfigError('Set MASTER_KEY or MASTER_KEY_FILE, not both.')
  return {
    port: PORT,
    host: HOST,
    publicUrl: PUBLIC_URL ? new URL(PUBLIC_URL) : undefined,
    database: DATABASE_URL
      ? { kind: 'postgres', url: DATABASE_URL, poolSize: DATABASE_POOL_SIZE, listen: DATABASE_LISTEN === 'on' }
      : { kind: 'sqlite', path: resolve(DATA_DIR, 'secrets.db') },
    masterKey: MASTER_KEY
      ? { from: 'environment', key: decodeKey(MASTER_KEY, 'MASTER_KEY') }
      : { from: 'file', path: resolve(MASTER_KEY_FILE ?? join(DATA_DIR, 'master.key')) },
    setupToken: SETUP_TOKEN,
    keepVersions: KEEP_VERSIONS,
    trashDays: TRASH_DAYS,
  }
}

/** Reads a master key from its text, or throws {@link ConfigError} with the name of what holds no key. */
export const decodeKey = (text: string, name: string): Uint8Array<ArrayBuffer> => {
  const trimmed = text.trim()
  const key = new Uint8Array(Buffer.from(trimmed, 'base64'))
  const canonical = Buffer.from(key).toString('base64')
  if (key.byteLength === 32 && canonical === trimmed) return key
  throw new ConfigError(`${name} must be ${forms.MASTER_KEY}.`)
}

/** The address that people are told. An unspecified host is one that every interface answers. */
export const addressOf = ({ publicUrl, host }: Pick<Config, 'publicUrl' | 'host'>, port: number): string => {
  if (publicUrl) return publicUrl.href.replace(/\/$/, '')
  const shown = host === '0.0.0.0' || host === '::' ? 'localhost' : host
  return `http://${shown.includes(':') ? `[${shown}]` : shown}:${port}`
}

const loopback = new Set(['localhost', '127.0.0.1', '[::1]'])

/**
 * Which `Host` headers are answered: that of `PUBLIC_URL`; without it, on a loopback address, its names only, so that a
 * page on the web that points its own name there gets nothing.
 */
export const hostCheck = ({ publicUrl, host }: Pick<Config, 'publicUrl' | 'host'>): ((host: string) => boolean) => {
  if (publicUrl) return (asked) => asked === publicUrl.host
  const own = host.includes(':') ? `[${host}]` : host
  if (!loopback.has(own)) return () => true
  return (asked) => loopback.has(asked.replace(/:\d+$/, ''))
}
