import { z } from '@hono/zod-openapi'
import type { Deps } from '#server/deps.ts'
import { auditContext } from '#server/http/audit-context.ts'
import { requireUnlimitedKey, visibilityOf } from '#server/http/key-limits.ts'
import { pageQuery } from '#server/http/page-query.ts'
import { reply, replyStream, replyText } from '#server/http/reply.ts'
import { type Routes, serveUnder } from '#server/http/route.ts'
import { countPer } from '#server/services/coalescing/count-per.ts'
import { auditActions, auditRecord } from '#shared/audit/audit-record.ts'
import type { FailureCode } from '#shared/failure.ts'
import { pageOf } from '#shared/page.ts'

const fails = ['BAD_REQUEST', 'UNAUTHORIZED', 'FORBIDDEN'] satisfies FailureCode[]
const time = z.iso.datetime({ offset: true, error: 'Give a date and time, like 2030-01-31T00:00:00Z.' }).optional()

/** Adds the routes of the audit trail. */
export const auditRoutes = (routes: Routes, deps: Deps): void => {
  const serve = serveUnder(routes, 'Audit')
  const { store } = deps
  const countExports = countPer(60_000, deps.now)

  serve(
    {
      method: 'get',
      path: '/v1/audit',
      summary: 'List the audit trail, newest first; without records of projects that the reader may not see',
      needs: 'seeAudit',
      query: pageQuery.extend({
        person: z.string().max(100).optional().describe('The ID of who did it.'),
        action: z.enum(auditActions, 'There is no such action.').optional(),
        name: z.string().max(200).optional().describe('A part of the name, without regard to case.'),
        from: time,
        to: time,
      }),
      answers: { 200: { schema: pageOf(auditRecord), description: 'A page of records.' } },
      fails,
    },
    async (c, { query }) => {
      await requireUnlimitedKey(c, deps)
      return reply(c, await store.listAudit(c.get('team').id, query, visibilityOf(c)))
    },
  )

  serve(
    {
      method: 'get',
      path: '/v1/audit/export',
      summary: 'Export the whole audit trail as JSON Lines',
      needs: 'exportAudit',
      answers: { 200: { description: 'A signed checkpoint, then every record; see docs/audit.md.' } },
      fails,
    },
    async (c) => {
      await requireUnlimitedKey(c, deps)
      const { id, namespace } = c.get('team')
      const count = countExports(`${id} ${c.get('principal').user.id}`)
      if (count !== undefined) {
        const times = count === 1 ? {} : { detail: `the last of ${count} times` }
        await store.record(id, auditContext(c, deps), { action: 'audit.export', ...times })
      }
      return replyStream(c, store.auditLines(id), { type: 'application/jsonl', file: `audit-${namespace}.jsonl` })
    },
  )

  serve(
    {
      method: 'get',
      path: '/v1/audit/key',
      summary: 'The public key that checkpoints of the trail are signed with',
      needs: 'seeAudit',
      answers: { 200: { description: 'PEM (SPKI), Ed25519.' } },
      fails,
    },
    async (c) => replyText(c, store.auditPublicKey(), { type: 'application/x-pem-file', file: 'audit-key.pem' }),
  )
}
