import * as z from 'zod'
import type { Deps } from '#server/deps.ts'
import { replyEvents } from '#server/http/reply.ts'
import { type Routes, serveUnder } from '#server/http/route.ts'
import { createStreamHub } from '#server/live/stream-hub.ts'

/** Adds the route of the stream of changes, by which open pages stay up to date. */
export const eventRoutes = (routes: Routes, deps: Deps): void => {
  const serve = serveUnder(routes, 'Changes')
  const hub = createStreamHub(deps)

  serve(
    {
      method: 'get',
      path: '/v1/events',
      summary: 'Stream changes in the team as server-sent events, each a ChangeNotice: what to read again',
      needs: 'seeNames',
      answers: {
        200: {
          schema: z.string(),
          description: 'A stream of events, without an end.',
          as: 'text/event-stream',
        },
      },
      fails: ['UNAUTHORIZED', 'FORBIDDEN', 'TOO_MANY_REQUESTS', 'UNAVAILABLE'],
    },
    async (c) => {
      const about = { requestId: c.get('requestId'), from: () => deps.clientAddress(c.env), isPassive: true }
      const body = hub.open({
        principal: c.get('principal'),
        team: c.get('team'),
        authenticate: () => deps.authenticate(c.req.raw, about),
        closeConnection: () => deps.closeConnection?.(c.env),
      })
      return replyEvents(c, body)
    },
  )
}
