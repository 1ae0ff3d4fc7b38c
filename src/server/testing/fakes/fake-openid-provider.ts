import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { exportJWK, exportSPKI, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import { cleanUp } from '#server/testing/clean-up.ts'

export const openidClient = { id: 'gradient', secret: 'the secret of the client' }

/** What a test makes the provider do wrong. */
export type Faults = {
  /** Replaces the answers of an endpoint: `discovery`, `keys`, `token` or `userinfo`. */
  answer?: Partial<Record<'discovery' | 'keys' | 'token' | 'userinfo', (answer: ServerResponse) => void>>
  /** Changes the claims of the next tokens. A claim that is `undefined` is left out. */
  claims?: Record<string, unknown>
  /** Makes the ID token from its claims, in place of a signature with the published key. */
  sign?: (claims: JWTPayload) => Promise<string>
  metadata?: Record<string, unknown>
}

/** Starts an identity provider whose every answer a test may break. Its people sign in without a page. */
export const startFakeOpenidProvider = async () => {
  const faults: Faults = {}
  const codes = new Map<string, { challenge: string | null; nonce: string | null; claims: JWTPayload }>()
  let { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true })
  let kid = 'one'
  const counts = { discovery: 0, keys: 0, token: 0, userinfo: 0 }
  /** Parameters of the requests to the token endpoint. */
  const tokenRequests: URLSearchParams[] = []

  const sign = (claims: JWTPayload): Promise<string> =>
    new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid }).sign(privateKey)

  const json = (answer: ServerResponse, content: unknown, status = 200) => {
    answer.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(content))
  }

  const discovery = (answer: ServerResponse) =>
    json(answer, {
      issuer: provider.issuer,
      authorization_endpoint: `${provider.issuer}/authorize`,
      token_endpoint: `${provider.issuer}/token`,
      jwks_uri: `${provider.issuer}/keys`,
      userinfo_endpoint: `${provider.issuer}/userinfo`,
      id_token_signing_alg_values_supported: ['RS256', 'HS256', 'none'],
      ...faults.metadata,
    })

  const keys = async (answer: ServerResponse) =>
    json(answer, { keys: [{ ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' }] })

  const token = async (request: IncomingMessage, answer: ServerResponse) => {
    const body = new URLSearchParams(await text(request))
    tokenRequests.push(body)
    const basic = Buffer.from(`${openidClient.id}:${encodeURIComponent(openidClient.secret).replaceAll('%20', '+')}`)
    if (request.headers.authorization !== `Basic ${basic.toString('base64')}`) {
      return json(answer, { error: 'invalid_client' }, 401)
    }
    const code = body.get('code') ?? ''
    const found = codes.get(code)
    codes.delete(code)
    const verifier = new TextEncoder().encode(body.get('code_verifier') ?? '')
    const challenge = Buffer.from(await crypto.subtle.digest('SHA-256', verifier)).toString('base64url')
    if (found?.challenge !== challenge) return json(answer, { error: 'invalid_grant' }, 400)
    const now = Math.floor(Date.now() / 1000)
    const claims: JWTPayload = {
      iss: provider.issuer,
      aud: openidClient.id,
      iat: now,
      exp: now + 300,
      ...(found.nonce === null ? {} : { nonce: found.nonce }),
      ...found.claims,
      ...faults.claims,
    }
    json(answer, {
      token_type: 'Bearer',
      access_token: `access ${found.claims.sub}`,
      id_token: await (faults.sign ?? sign)(claims),
    })
  }

  const userinfo = (request: IncomingMessage, answer: ServerResponse) => {
    const sub = request.headers.authorization?.replace('Bearer access ', '')
    json(answer, { sub, groups: ['from userinfo'] })
  }

  const server = createServer(async (request, answer) => {
    const endpoint = (
      {
        '/.well-known/openid-configuration': 'discovery',
        '/keys': 'keys',
        '/token': 'token',
        '/userinfo': 'userinfo',
      } as const
    )[request.url ?? '']
    if (!endpoint) return void answer.writeHead(404).end()
    counts[endpoint]++
    const broken = faults.answer?.[endpoint]
    if (broken) return broken(answer)
    await { discovery, keys, token: () => token(request, answer), userinfo: () => userinfo(request, answer) }[endpoint](
      answer,
    )
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  cleanUp(() => {
    server.closeAllConnections()
    server.close()
  })

  const provider = {
    issuer: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    faults,
    counts,
    tokenRequests,
    sign,
    /** The published key, as text, which a forger also has. */
    publicKeyText: () => exportSPKI(publicKey),
    /** Replaces the key pair. */
    rotate: async (next: string) => {
      ;({ publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true }))
      kid = next
    },
    /** Signs somebody in at an address that the server made. Returns the path with which the browser comes back. */
    signIn: (address: string, claims: JWTPayload): string => {
      const { searchParams } = new URL(address)
      const code = crypto.randomUUID()
      codes.set(code, {
        challenge: searchParams.get('code_challenge'),
        nonce: searchParams.get('nonce'),
        claims,
      })
      const back = new URL(searchParams.get('redirect_uri') ?? '')
      back.searchParams.set('code', code)
      back.searchParams.set('state', searchParams.get('state') ?? '')
      return `${back.pathname}${back.search}`
    },
    /** Makes all requests fail from now on. */
    stop: () => {
      server.closeAllConnections()
      server.close()
    },
  }
  return provider
}

export type FakeOpenidProvider = Awaited<ReturnType<typeof startFakeOpenidProvider>>
