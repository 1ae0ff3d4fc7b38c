import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { serveStatic } from '@hono/node-server/serve-static'
import { type Context, Hono, type MiddlewareHandler } from 'hono'

const headers = {
  'content-security-policy': [
    "default-src 'none'",
    ...['script', 'style', 'img', 'font', 'connect'].map((kind) => `${kind}-src 'self'`),
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const

/** Sets a long cache lifetime: an asset's name contains the hash of its content. */
const keepForAYear = (_path: string, c: Context): void => {
  c.header('cache-control', 'public, max-age=31536000, immutable')
  c.header('vary', 'accept-encoding')
}

/** Serves the built console from `folder`, with the headers `more` on each answer. Every path that is not a file gets the one HTML document. */
export const consoleAssets = async (folder: string, more: Record<string, string>): Promise<Hono> => {
  const document = await readFile(join(folder, 'index.html'), 'utf8')
  const app = new Hono()
  const all = Object.entries({ ...headers, ...more })
  app.use('*', async (c, next) => {
    for (const [name, value] of all) c.header(name, value)
    await next()
  })
  app.get('/assets/*', serveStatic({ root: folder, precompressed: true, onFound: keepForAYear }), (c) =>
    c.text('There is no such file.\n', 404),
  )
  app.get('/*', async (c, next) => (isDocument(c.req.path) ? next() : files(c, next)))
  app.get('/*', (c) => c.html(document, 200, { 'cache-control': 'no-cache' }))
  return app

  function files(...args: Parameters<MiddlewareHandler>) {
    return serveStatic({ root: folder, onFound: (_path, c) => c.header('cache-control', 'no-cache') })(...args)
  }
}

const isDocument = (path: string): boolean => path === '/' || !/\.[a-z0-9]+$/i.test(path)
