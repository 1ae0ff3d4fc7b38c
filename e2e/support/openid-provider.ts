import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { errors, Provider } from 'oidc-provider'

export const client = { id: 'gradient', secret: 'the secret of the client in the browser tests' }

/** A real identity provider, on another site than the server. People sign in there with their name alone. */
export type OpenidProvider = { issuer: string; stop(): Promise<void> }

/** Starts a provider that sends people back to `redirectUri`. */
export const startOpenidProvider = async (redirectUri: string): Promise<OpenidProvider> => {
  const server = createServer((request, answer) => void handle(request, answer)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  // Not the server's own host: cookies of one site would arrive that do not arrive from another.
  const issuer = `http://localhost:${(server.address() as AddressInfo).port}`
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: client.id,
        client_secret: client.secret,
        redirect_uris: [redirectUri],
        response_types: ['code'],
        grant_types: ['authorization_code'],
      },
    ],
    cookies: { keys: ['a key of the tests'] },
    claims: { openid: ['sub', 'amr'], profile: ['name', 'groups'], email: ['email', 'email_verified'] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    findAccount: (_context, sub) => ({
      accountId: sub,
      claims: () => ({
        sub,
        name: `${sub} of Corp`,
        email: `${sub.toLowerCase()}@corp.example`,
        email_verified: true,
        groups: sub.startsWith('Dev') ? ['dev'] : [],
      }),
    }),
    // Everybody agrees to everything that the one client asks for.
    loadExistingGrant: async ({ oidc }) => {
      const grant = new provider.Grant({
        accountId: oidc.session?.accountId ?? '',
        clientId: oidc.client?.clientId ?? '',
      })
      grant.addOIDCScope('openid profile email')
      await grant.save()
      return grant
    },
  })
  const callback = provider.callback()

  const handle = async (request: IncomingMessage, answer: ServerResponse): Promise<void> => {
    if (!request.url?.startsWith('/interaction/')) return void callback(request, answer)
    try {
      if (request.method === 'POST') {
        const accountId = new URLSearchParams(await text(request)).get('name') ?? ''
        await provider.interactionFinished(request, answer, { login: { accountId, amr: ['pwd', 'otp'] } })
        return
      }
      await provider.interactionDetails(request, answer)
      const icon = '<link rel="icon" href="data:,">'
      const field = '<label>Corp name <input name="name"></label> <button>Continue</button>'
      answer
        .writeHead(200, { 'content-type': 'text/html' })
        .end(`<!doctype html><html lang="en"><title>Corp ID</title>${icon}<form method="post">${field}</form></html>`)
    } catch (error) {
      if (!(error instanceof errors.SessionNotFound)) throw error
      answer.writeHead(400).end()
    }
  }

  return {
    issuer,
    stop: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
