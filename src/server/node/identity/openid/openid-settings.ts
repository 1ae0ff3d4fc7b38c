import { readFileSync } from 'node:fs'
import * as z from 'zod'
import { isProtected } from '#server/node/identity/openid/discovery.ts'
import { type JoinRule, joinRule, type PasswordSignIn } from '#shared/people/openid.ts'

/** The identity provider that people may sign in with. */
export type OpenidSettings = {
  issuer: string
  clientId: string
  clientSecret: string
  /** What people call the provider. */
  name: string
  scopes: readonly string[]
  join: readonly JoinRule[]
  /** The values of `amr` and `acr` that say that a second factor was used. */
  secondFactors: readonly string[]
}

/** The settings by their variables. Absent when unset. */
export const openidVariables = {
  OIDC_ISSUER: z.string().max(1000).refine(isProtected).optional(),
  OIDC_CLIENT_ID: z.string().max(500).optional(),
  OIDC_CLIENT_SECRET: z.string().max(2000).optional(),
  OIDC_CLIENT_SECRET_FILE: z.string().optional(),
  OIDC_NAME: z.string().trim().min(1).max(40).default('single sign-on'),
  OIDC_SCOPES: z.string().max(500).default('openid profile email'),
  OIDC_JOIN: z.string().max(10_000).optional(),
  OIDC_SECOND_FACTOR: z.string().max(1000).default('mfa,otp,hwk,sc'),
  PASSWORD_SIGN_IN: z.enum(['on', 'owners', 'off']).default('on'),
}

type Variables = z.output<z.ZodObject<typeof openidVariables>> & { PUBLIC_URL?: string | undefined }

/** What each setting must be, for error messages. */
export const openidRequirements: Record<keyof typeof openidVariables, string> = {
  OIDC_ISSUER: 'the issuer of an OpenID provider, like https://id.example.com (https, except on this machine)',
  OIDC_CLIENT_ID: 'the client ID that the provider gave to this server',
  OIDC_CLIENT_SECRET: 'the client secret that the provider gave to this server',
  OIDC_CLIENT_SECRET_FILE: 'a file with the client secret',
  OIDC_NAME: 'a name of at most 40 characters',
  OIDC_SCOPES: 'scopes with spaces between them',
  OIDC_JOIN: 'rules like groups=developers:my-team:member, with commas between them',
  OIDC_SECOND_FACTOR: 'values of amr or acr, with commas between them',
  PASSWORD_SIGN_IN: '“on”, “owners” or “off”',
}

/**
 * Returns the identity provider and who may sign in with a password. `refuse` throws a message that names the variable
 * and does not show its value.
 */
export const parseOpenidSettings = (
  variables: Variables,
  refuse: (message: string) => never,
): { openid: OpenidSettings | undefined; passwordSignIn: PasswordSignIn } => {
  const { OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_NAME, OIDC_SCOPES, OIDC_SECOND_FACTOR, PASSWORD_SIGN_IN } = variables
  if (OIDC_ISSUER === undefined) {
    for (const name of ['OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET', 'OIDC_CLIENT_SECRET_FILE', 'OIDC_JOIN'] as const) {
      if (variables[name] !== undefined) refuse(`${name} goes with OIDC_ISSUER. Set both, or neither.`)
    }
    if (PASSWORD_SIGN_IN !== 'on') {
      refuse('PASSWORD_SIGN_IN other than “on” needs another way to sign in. Set OIDC_ISSUER too.')
    }
    return { openid: undefined, passwordSignIn: PASSWORD_SIGN_IN }
  }
  const { search, hash } = new URL(OIDC_ISSUER)
  if (search !== '' || hash !== '') refuse('OIDC_ISSUER must have no query and no fragment.')
  if (variables.PUBLIC_URL === undefined) {
    refuse('OIDC_ISSUER needs PUBLIC_URL: the identity provider sends people back to it.')
  }
  if (OIDC_CLIENT_ID === undefined) refuse('OIDC_ISSUER needs OIDC_CLIENT_ID, which the identity provider gives.')
  const scopes = OIDC_SCOPES.split(/\s+/).filter((scope) => scope !== '')
  if (!scopes.includes('openid')) refuse('OIDC_SCOPES must contain “openid”.')
  return {
    openid: {
      issuer: OIDC_ISSUER,
      clientId: OIDC_CLIENT_ID,
      clientSecret: clientSecret(variables, refuse),
      name: OIDC_NAME,
      scopes,
      join: (variables.OIDC_JOIN ?? '')
        .split(',')
        .map((rule) => rule.trim())
        .filter((rule) => rule !== '')
        .map((rule, index) => parseJoinRule(rule) ?? refuse(wrongRule(index))),
      secondFactors: OIDC_SECOND_FACTOR.split(',')
        .map((value) => value.trim())
        .filter((value) => value !== ''),
    },
    passwordSignIn: PASSWORD_SIGN_IN,
  }
}

/** A value may contain colons, and a claim may be an address: the rule is read from its end. */
const parseJoinRule = (rule: string): JoinRule | undefined => {
  const parts = /^([^=]+)=(.+):([^:]+):([^:]+)$/.exec(rule)
  if (!parts) return undefined
  const [, claim, value, namespace, role] = parts
  return joinRule.safeParse({ claim, value, namespace, role }).data
}

const wrongRule = (index: number): string =>
  `OIDC_JOIN must be ${openidRequirements.OIDC_JOIN}. Rule ${index + 1} is not: claim=value:namespace:role, where the ` +
  'role is owner, admin, member or viewer.'

const clientSecret = (
  { OIDC_CLIENT_SECRET: given, OIDC_CLIENT_SECRET_FILE: path }: Variables,
  refuse: (message: string) => never,
): string => {
  if (given !== undefined && path !== undefined) {
    return refuse('Set OIDC_CLIENT_SECRET or OIDC_CLIENT_SECRET_FILE, not both.')
  }
  if (given !== undefined) return given
  if (path === undefined) return refuse('OIDC_ISSUER needs OIDC_CLIENT_SECRET or OIDC_CLIENT_SECRET_FILE.')
  const read = readSecret(path)
  if (read === undefined) return refuse('The file in OIDC_CLIENT_SECRET_FILE cannot be read.')
  return read === '' ? refuse('The file in OIDC_CLIENT_SECRET_FILE is empty.') : read
}

const readSecret = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return undefined
  }
}
