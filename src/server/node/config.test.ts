import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { newTemporaryFolder } from '#server/testing/processes/temporary-folder.ts'
import { ConfigError, hostCheck, parseConfig, publicAddress } from './config.ts'

const key = Buffer.alloc(32, 7).toString('base64')

const refusal = (settings: Record<string, string>): string => {
  try {
    parseConfig(settings)
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
  return ''
}

describe('parseConfig', () => {
  it('has a default for every setting', () => {
    expect(parseConfig({})).toEqual({
      port: 8300,
      host: '127.0.0.1',
      publicUrl: undefined,
      trustedProxies: [],
      database: { kind: 'sqlite', path: resolve('data/secrets.db') },
      masterKey: { from: 'file', path: resolve('data/master.key') },
      setupToken: undefined,
      requestRate: { rate: 500, burst: 10_000 },
      teamLimits: { secrets: 1_000_000, scopes: 10_000, keys: 10_000, members: 10_000, invites: 1_000 },
      keepVersions: 10,
      trashDays: 30,
      sessionLimits: { idle: 7 * 86_400_000, max: 30 * 86_400_000 },
      passwordSignIn: 'on',
      teamCreation: 'owners',
      logSql: false,
    })
  })

  it('treats an empty variable as unset', () => {
    expect(parseConfig({ PORT: '', PUBLIC_URL: '', MASTER_KEY: '', DATABASE_URL: '' })).toEqual(parseConfig({}))
  })

  it('reads settings from their variables', () => {
    expect(
      parseConfig({
        PORT: '80',
        HOST: '0.0.0.0',
        DATA_DIR: '/srv/data',
        DATABASE_URL: 'postgres://user:password@db/secrets',
        MASTER_KEY: ` ${key}\n`,
        PUBLIC_URL: 'https://secrets.example.com',
        TRUSTED_PROXIES: '192.0.2.1, 2001:db8::/32',
        SETUP_TOKEN: 'x'.repeat(32),
        TEAM_SECRETS: '1',
        TEAM_SCOPES: '2',
        TEAM_KEYS: '3',
        TEAM_MEMBERS: '4',
        TEAM_INVITES: '5',
        RATE_LIMIT: '0.5',
        RATE_BURST: '7',
        KEEP_VERSIONS: '100',
        TRASH_DAYS: '3650',
        SESSION_IDLE_DAYS: '0.5',
        SESSION_MAX_DAYS: '1',
        TEAM_CREATION: 'anyone',
        LOG_SQL: '1',
      }),
    ).toEqual({
      port: 80,
      host: '0.0.0.0',
      publicUrl: new URL('https://secrets.example.com'),
      trustedProxies: [
        { address: { bits: 32, value: 0xc0000201n }, prefix: 32 },
        { address: { bits: 128, value: 0x20010db8n << 96n }, prefix: 32 },
      ],
      database: { kind: 'postgres', url: 'postgres://user:password@db/secrets', poolSize: 10, listen: true },
      masterKey: { from: 'environment', key: new Uint8Array(32).fill(7) },
      setupToken: 'x'.repeat(32),
      requestRate: { rate: 0.5, burst: 7 },
      teamLimits: { secrets: 1, scopes: 2, keys: 3, members: 4, invites: 5 },
      keepVersions: 100,
      trashDays: 3650,
      sessionLimits: { idle: 12 * 3_600_000, max: 24 * 3_600_000 },
      passwordSignIn: 'on',
      teamCreation: 'anyone',
      logSql: true,
    })
    const file = parseConfig({ DATA_DIR: '/srv/data', MASTER_KEY_FILE: '/run/secrets/key' })
    expect(file.masterKey).toEqual({ from: 'file', path: '/run/secrets/key' })
    expect(parseConfig({ MASTER_KEY_FILE: '/key', MASTER_KEY_KMS: 'alias/secrets' }).masterKey).toEqual({
      from: 'file',
      path: '/key',
      kms: 'alias/secrets',
    })
    const next = parseConfig({ MASTER_KEY: key, MASTER_KEY_NEXT: Buffer.alloc(32, 8).toString('base64') })
    expect(next.masterKey).toMatchObject({ key: new Uint8Array(32).fill(7), next: new Uint8Array(32).fill(8) })
  })

  it.each([
    ['PORT', 'canary'],
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['PORT', '80.5'],
    ['TRUSTED_PROXIES', 'canary'],
    ['TRUSTED_PROXIES', '10.0.0.0/8,'],
    ['TRUSTED_PROXIES', '0.0.0.0/0'],
    ['DATABASE_URL', 'mysql://root:canary@db/x'],
    ['DATABASE_URL', 'canary'],
    ['MASTER_KEY', 'canary'],
    ['MASTER_KEY', Buffer.alloc(31).toString('base64')],
    ['MASTER_KEY', Buffer.alloc(33).toString('base64')],
    ['MASTER_KEY', Buffer.alloc(32).toString('hex')],
    ['MASTER_KEY', `${key}canary`],
    ['PUBLIC_URL', 'canary.example.com'],
    ['PUBLIC_URL', 'file:///canary'],
    ['KEEP_VERSIONS', '0.0'],
    ['KEEP_VERSIONS', '101'],
    ['SESSION_IDLE_DAYS', '0.02'],
    ['SESSION_IDLE_DAYS', 'never'],
    ['SESSION_MAX_DAYS', '366'],
    ['KEEP_VERSIONS', '1.5'],
    ['TRASH_DAYS', '0.0'],
    ['TRASH_DAYS', '3651'],
    ['TRASH_DAYS', 'canary'],
    ['LOG_SQL', 'canary'],
    ['SETUP_TOKEN', 'canary'.repeat(50)],
    ['OIDC_ISSUER', 'canary'],
    ['OIDC_ISSUER', 'http://canary.example.com'],
    ['OIDC_ISSUER', 'https://user:canary@id.example.com'],
    ['OIDC_NAME', 'canary'.repeat(10)],
    ['PASSWORD_SIGN_IN', 'canary'],
    ['METRICS_PORT', 'canary'],
    ['METRICS_PORT', '65536'],
  ])('rejects a bad %s (%s) by name without showing the value', (name, value) => {
    const message = refusal({ [name]: value })
    expect(message).toMatch(new RegExp(`^${name} must be `))
    expect(message).not.toContain('canary')
    expect(message).not.toContain(value)
  })

  it('serves metrics on their own port, on this machine by default, and only when asked', () => {
    expect(parseConfig({ METRICS_PORT: '9464' }).metrics).toEqual({ host: '127.0.0.1', port: 9464 })
    expect(parseConfig({ METRICS_PORT: '9464', METRICS_HOST: '10.0.0.5' }).metrics?.host).toBe('10.0.0.5')
    expect(parseConfig({ METRICS_HOST: '10.0.0.5' }).metrics).toBeUndefined()
    expect(refusal({ METRICS_PORT: '8300' })).toContain('METRICS_PORT must be another port than PORT')
  })

  describe('of an identity provider', () => {
    const openid = {
      PUBLIC_URL: 'https://secrets.example.com',
      OIDC_ISSUER: 'https://id.example.com/realm',
      OIDC_CLIENT_ID: 'gradient',
      OIDC_CLIENT_SECRET: 'the secret',
    }
    const without = (name: keyof typeof openid) => ({ ...openid, [name]: '' })

    it('has defaults', () => {
      expect(parseConfig(openid).openid).toEqual({
        issuer: 'https://id.example.com/realm',
        clientId: 'gradient',
        clientSecret: 'the secret',
        name: 'single sign-on',
        scopes: ['openid', 'profile', 'email'],
        join: [],
        secondFactors: ['mfa', 'otp', 'hwk', 'sc'],
      })
    })

    it('may be on this machine without https', () => {
      for (const issuer of ['http://localhost:8080/realms/a', 'http://127.0.0.1:1', 'http://[::1]:1']) {
        expect(parseConfig({ ...openid, OIDC_ISSUER: issuer }).openid?.issuer).toBe(issuer)
      }
    })

    it('reads rules from their ends, so that claims and values may have colons', () => {
      const rules = 'groups=dev:my-team:member, https://example.com/roles=urn:a:b:other:owner'
      expect(parseConfig({ ...openid, OIDC_JOIN: rules }).openid?.join).toEqual([
        { claim: 'groups', value: 'dev', namespace: 'my-team', role: 'member' },
        { claim: 'https://example.com/roles', value: 'urn:a:b', namespace: 'other', role: 'owner' },
      ])
    })

    it.each(['groups', 'groups=dev:team', 'groups=dev:team:boss', '=dev:team:member', 'groups=:team:member'])(
      'rejects the rule %s, and says which it is',
      (rule) => {
        const message = refusal({ ...openid, OIDC_JOIN: `a=b:team:viewer,${rule}` })
        expect(message).toMatch(/^OIDC_JOIN must be .* Rule 2 is not/)
      },
    )

    it('has its secret in a variable or a file', () => {
      const path = join(newTemporaryFolder(), 'secret')
      writeFileSync(path, ' from a file\n')
      const file = { ...without('OIDC_CLIENT_SECRET'), OIDC_CLIENT_SECRET_FILE: path }
      expect(parseConfig(file).openid?.clientSecret).toBe('from a file')
      expect(refusal({ ...openid, OIDC_CLIENT_SECRET_FILE: path })).toContain('not both')
      expect(refusal({ ...file, OIDC_CLIENT_SECRET_FILE: `${path}-none` })).toContain('cannot be read')
      writeFileSync(path, '\n')
      expect(refusal(file)).toContain('is empty')
    })

    it.each([
      [without('PUBLIC_URL'), 'OIDC_ISSUER needs PUBLIC_URL'],
      [without('OIDC_CLIENT_ID'), 'OIDC_ISSUER needs OIDC_CLIENT_ID'],
      [without('OIDC_CLIENT_SECRET'), 'OIDC_ISSUER needs OIDC_CLIENT_SECRET or OIDC_CLIENT_SECRET_FILE'],
      [without('OIDC_ISSUER'), 'OIDC_CLIENT_ID goes with OIDC_ISSUER'],
      [{ PASSWORD_SIGN_IN: 'off' }, 'PASSWORD_SIGN_IN other than “on” needs another way to sign in'],
      [{ ...openid, OIDC_SCOPES: 'profile email' }, 'OIDC_SCOPES must contain “openid”'],
      [{ ...openid, OIDC_ISSUER: 'https://id.example.com/?a=b' }, 'OIDC_ISSUER must have no query'],
    ])('is complete or refused: %j', (given, message) => {
      expect(refusal(given)).toContain(message)
    })
  })

  it('rejects two locations for the master key', () => {
    expect(refusal({ MASTER_KEY: key, MASTER_KEY_FILE: '/key' })).toContain('not both')
  })
})

describe('publicAddress', () => {
  it.each([
    [{ host: '127.0.0.1' }, 'http://127.0.0.1:8300'],
    [{ host: '0.0.0.0' }, 'http://localhost:8300'],
    [{ host: '::' }, 'http://localhost:8300'],
    [{ host: '::1' }, 'http://[::1]:8300'],
    [{ host: '127.0.0.1', publicUrl: new URL('https://secrets.example.com/') }, 'https://secrets.example.com'],
  ])('of %j is %s', (given, address) => {
    expect(publicAddress({ publicUrl: undefined, ...given }, 8300)).toBe(address)
  })
})

describe('hostCheck', () => {
  const accepts = (given: { host?: string; publicUrl?: string }, asked: string) =>
    hostCheck({ host: given.host ?? '127.0.0.1', publicUrl: given.publicUrl ? new URL(given.publicUrl) : undefined })(
      asked,
    )

  it.each(['localhost', 'localhost:8300', '127.0.0.1:8300', '[::1]:8300'])(
    'accepts the names of a loopback address: %s',
    (asked) => {
      expect(accepts({}, asked)).toBe(true)
    },
  )

  it.each([
    'evil.example',
    'evil.example:8300',
    'localhost.evil.example',
    '127.0.0.1.nip.io',
    '',
    'localhost:8300.evil',
  ])('rejects other names on a loopback address: %j', (asked) => {
    expect(accepts({}, asked)).toBe(false)
  })

  it.each([
    ['https://secrets.example.com', 'SECRETS.Example.com'],
    ['https://secrets.example.com', 'secrets.example.com.'],
    ['https://secrets.example.com', 'secrets.example.com:443'],
    ['https://secrets.example.com', 'secrets.example.com.:443'],
    ['https://secrets.example.com.', 'secrets.example.com'],
    ['http://secrets.example.com', 'secrets.example.com:80'],
    ['https://secrets.example.com:8443', 'secrets.example.com:8443'],
    ['https://[2001:db8::1]', '[2001:DB8:0::1]:443'],
    [undefined, 'LOCALHOST:8300'],
    [undefined, 'localhost.:8300'],
    [undefined, '[0:0::1]:8300'],
  ])('accepts another spelling of the host of %s: %s', (publicUrl, asked) => {
    expect(accepts(publicUrl === undefined ? {} : { publicUrl }, asked)).toBe(true)
  })

  it.each([
    ...['secrets.example.com:80', 'evil@secrets.example.com', 'secrets.example.com/x', 'secrets.example.com?', ''],
    ...['secrets.example.com#', 'secrets.example.com\\', 'secrets.example.com..', '.secrets.example.com', ':443'],
    ...['secrets.example.com:', 'secrets.example.com:443:443', ' secrets.example.com', 'secrets%2eexample.com'],
  ])('rejects what only resembles the public host: %j', (asked) => {
    expect(accepts({ publicUrl: 'https://secrets.example.com' }, asked)).toBe(false)
  })

  it('accepts only the public host when PUBLIC_URL is set', () => {
    const publicUrl = 'https://secrets.example.com'
    expect(accepts({ publicUrl }, 'secrets.example.com')).toBe(true)
    for (const asked of ['localhost', '127.0.0.1:8300', 'secrets.example.com:8300', 'evil.example']) {
      expect(accepts({ publicUrl }, asked)).toBe(false)
    }
    expect(accepts({ publicUrl: 'http://secrets.example.com:81/' }, 'secrets.example.com:81')).toBe(true)
  })

  it('accepts every host on an unspecified address without PUBLIC_URL', () => {
    expect(accepts({ host: '0.0.0.0' }, 'anything.example')).toBe(true)
  })
})
