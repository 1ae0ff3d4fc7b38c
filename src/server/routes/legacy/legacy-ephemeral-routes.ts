import { z } from '@hono/zod-openapi'
import type { Deps } from '#server/deps.ts'
import { auditContext } from '#server/http/audit-context.ts'
import { reply } from '#server/http/reply.ts'
import { type Routes, serveUnder } from '#server/http/route.ts'
import { createEphemeralSecrets, maxEphemeralKeys, maxEphemeralSeconds } from '#server/services/ephemeral-secrets.ts'
import { nameRule, secretName, secretValue } from '#shared/secret.ts'
import { teamQuery } from './legacy-request.ts'

const bounds = `“expiresIn” is 1 to ${maxEphemeralSeconds.toLocaleString('en')} seconds.`

const expiresIn = z.coerce
  .number(bounds)
  .int(bounds)
  .min(1, bounds)
  .max(maxEphemeralSeconds, bounds)
  .default(60 * 60)
  .describe('After how many seconds they are gone.')

/** Names are checked first: an issue with a value has its name as the path, and an invalid name may be a value. */
const values = z
  .record(z.string(), z.unknown(), 'Send an object of names and values.')
  .superRefine((given, context) => {
    const names = Object.keys(given)
    if (names.length < 1 || names.length > maxEphemeralKeys) {
      context.addIssue({ code: 'custom', message: `Send 1 to ${maxEphemeralKeys} values at once.`, input: undefined })
    }
    if (!names.every((name) => secretName.safeParse(name).success)) {
      context.addIssue({ code: 'custom', message: nameRule, input: undefined })
    }
  })
  .pipe(z.record(z.string(), secretValue))

/** Adds the route of ephemeral values, which expire. */
export const legacyEphemeralRoutes = (routes: Routes, deps: Deps): void => {
  const serve = serveUnder(routes, 'Legacy')
  serve(
    {
      method: 'post',
      path: '/secrets/ephemeral',
      summary: 'Store ephemeral values, to be used as “secret:ephemeral:<id>”',
      needs: 'setProjectSecrets',
      query: teamQuery.extend({ expiresIn }),
      body: values,
      answers: { 201: { schema: z.record(z.string(), z.string()), description: 'The ID of each, by its name.' } },
      fails: ['BAD_REQUEST', 'UNAUTHORIZED', 'FORBIDDEN', 'NOT_FOUND', 'TOO_MANY_REQUESTS'],
    },
    async (c, { query, body }) => {
      const { key } = c.get('principal')
      const limits = { projectId: key?.projectId ?? undefined, clusterId: key?.clusterId ?? undefined }
      const given = { limits, values: body, seconds: query.expiresIn, ...auditContext(c, deps) }
      return reply(c, await createEphemeralSecrets(deps, c.get('team').id, given), { status: 201 })
    },
  )
}
