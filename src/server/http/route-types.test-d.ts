import { z } from '@hono/zod-openapi'
import { jsonBytes } from '#server/services/json-bytes.ts'
import { reply, replyJson, replyNothing, replyText } from './reply.ts'
import { type Description, type Routes, serveUnder } from './route.ts'

// The compiler reads this file with the server. An answer that it stops refusing makes an unused `@ts-expect-error`,
// which is an error itself.

const about = { method: 'get', summary: '', needs: 'nobody', fails: [] } satisfies Partial<Description>
const named = z.object({ name: z.string() })
const file = { type: 'text/plain', file: 'a.txt' }

/** A route answers only what its description has. */
export const answersHoldToDescriptions = (routes: Routes): void => {
  const serve = serveUnder(routes)
  const json = { ...about, path: '/v1/json', answers: { 200: { schema: named, description: '' } } }
  serve(json, async (c) => reply(c, { name: 'a' }))
  serve(json, async (c) => replyJson(c, jsonBytes({ name: 'a' })))
  // @ts-expect-error: the content is not described.
  serve(json, async (c) => reply(c, { nonsense: 42 }))
  // @ts-expect-error: neither is the content, nor is the status.
  serve(json, async (c) => reply(c, { nonsense: 42 }, { status: 201 }))
  // @ts-expect-error: the status is not described.
  serve(json, async (c) => reply(c, { name: 'a' }, { status: 201 }))
  // @ts-expect-error: a field has another type.
  serve(json, async (c) => reply(c, { name: 42 }))
  // @ts-expect-error: the content of the bytes is not described.
  serve(json, async (c) => replyJson(c, jsonBytes({ nonsense: 42 })))
  // @ts-expect-error: nothing is known of the content of bytes that `jsonBytes` did not make.
  serve(json, async (c) => replyJson(c, new Uint8Array()))
  // @ts-expect-error: an answer without content is not described.
  serve(json, async (c) => replyNothing(c, []))
  // @ts-expect-error: an answer that is not JSON is not described.
  serve(json, async (c) => replyText(c, '{}', file))
  // @ts-expect-error: the framework's own answers have no type, and lack the headers of an answer.
  serve(json, async (c) => c.json({ name: 'a' }))
  // @ts-expect-error: neither does a response that was made by hand.
  serve(json, async () => new Response())

  const twoAnswers = {
    ...about,
    path: '/v1/two',
    answers: {
      200: { schema: named, description: '' },
      201: { schema: z.object({ id: z.string() }), description: '' },
    },
  }
  serve(twoAnswers, async (c) => (Math.random() > 1 ? reply(c, { name: 'a' }) : created(c)))
  const created = (c: Parameters<typeof reply>[0]) => reply(c, { id: 'a' }, { status: 201 })
  // @ts-expect-error: the content is described for the other status.
  serve(twoAnswers, async (c) => reply(c, { id: 'a' }))
  // @ts-expect-error: the content is described for the other status.
  serve(twoAnswers, async (c) => reply(c, { name: 'a' }, { status: 201 }))

  const empty = { ...about, path: '/v1/empty', answers: { 204: { description: '' } } }
  serve(empty, async (c) => replyNothing(c, []))
  // @ts-expect-error: content is not described.
  serve(empty, async (c) => reply(c, {}))

  const text = { ...about, path: '/v1/text', answers: { 200: { description: '', as: 'text/plain' } } }
  serve(text, async (c) => replyText(c, 'a', file))
  // @ts-expect-error: JSON is not described.
  serve(text, async (c) => reply(c, 'a'))
}
