import type { JWTPayload } from 'jose'
import type { Answer } from '#server/testing/app/send-request.ts'
import type { TestServer } from '#server/testing/processes/test-server.ts'
import type { Failure } from '#shared/failure.ts'
import { startedSession } from '#shared/people/session.ts'
import type { FakeOpenidProvider } from './fake-openid-provider.ts'

/** A browser that keeps cookies and the proof, and comes back from the identity provider. */
export const openidBrowser = (server: TestServer, provider: FakeOpenidProvider) => {
  const cookies = new Map<string, string>()
  let proof: string | undefined

  const request = async <Content = Failure>(method: string, path: string, body?: unknown): Promise<Answer<Content>> => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await server.request<Content>(method, path, body, {
      ...(cookie === '' ? {} : { cookie }),
      ...(proof === undefined ? {} : { 'gradient-proof': proof }),
    })
    const started = startedSession.safeParse(answer.json)
    if (started.success) proof = started.data.proof
    for (const set of answer.headers.getSetCookie()) {
      const [name = '', value = ''] = set.split(';', 1)[0]?.split(/=(.*)/) ?? []
      if (value === '') cookies.delete(name)
      else cookies.set(name, value)
    }
    return answer
  }

  /** Goes to the provider and comes back. Returns what the fragment of `/login` has. */
  const visit = async (path: string, claims: JWTPayload, body?: unknown) => {
    const { json } = await request<{ url: string }>('POST', path, body)
    return comeBack(provider.signIn(json.url, claims))
  }

  const comeBack = async (path: string): Promise<{ ticket: string; problem: string | null; for: string | null }> => {
    const { headers } = await request('GET', path)
    const [page, fragment] = headers.get('location')?.split('#') ?? []
    if (page !== '/login') throw new Error(`The callback leads to ${page}.`)
    const parts = new URLSearchParams(fragment)
    return { ticket: parts.get('ticket') ?? '', problem: parts.get('problem'), for: parts.get('for') }
  }

  return {
    cookies,
    request,
    visit,
    comeBack,
    /** Signs in with the provider. */
    signIn: async <Content = Failure>(claims: JWTPayload, invite?: string): Promise<Answer<Content>> => {
      const body = invite === undefined ? {} : { invite }
      const { ticket } = await visit('/v1/session/openid/address', claims, body)
      return request('POST', '/v1/session/openid', { ticket })
    },
  }
}
