import { OpenAPIHono } from '@hono/zod-openapi'
import type { Context, Hono } from 'hono'
import { matchedRoutes } from 'hono/route'
import type { Env } from '#server/deps.ts'
import { Failure } from '#shared/failure.ts'
import { type ApiRoute, openApiOf, type Routes } from './route.ts'

/** First parts of the paths of the API: its own, and those of the discontinued service. */
export const apiRoots = ['/v1', '/teams', '/projects', '/clusters', '/secrets'] as const

/** Returns whether a path, or the pattern of one, belongs to the API and not to the console. */
export const isApiPath = (path: string): boolean =>
  apiRoots.some((root) => path.startsWith(root) && (path.length === root.length || path[root.length] === '/'))

const about = (version: string) => ({
  openapi: '3.1.0',
  info: {
    title: 'Gradient Secrets API v1',
    version,
    description: 'Secrets of teams, clusters and projects. Names are listed; values go to workloads only.',
  },
})

/** The routes of one app. Permissions, rules for bodies, the OpenAPI document and the tests of the client follow from it. */
export type RouteTable = Routes & {
  all(): readonly ApiRoute[]
  /** Serves every route on an app. */
  mount(app: Hono<Env>): void
  /** Returns the route that a request is for. Throws 405 with the methods that its path has, or 404. */
  find(c: Context<Env>): ApiRoute
  /** Returns the OpenAPI document. `version` is that of the product. */
  openApiDocument(version: string): object
}

/** Makes an empty table. Each app has its own: nothing is shared between the apps of a process. */
export const createRouteTable = (): RouteTable => {
  const routes = new Map<string, ApiRoute>()
  const all = () => [...routes.values()]
  let pathPatterns: { method: string; path: RegExp }[] | undefined

  const methodsOf = (path: string): string[] => {
    // Built at the first use: the table is complete then.
    pathPatterns ??= all().map(({ description: { method }, pattern }) => ({
      method: method.toUpperCase(),
      path: new RegExp(`^${pattern.replaceAll(/:[^/]+/g, '[^/]+')}$`),
    }))
    return [...new Set(pathPatterns.filter((one) => one.path.test(path)).map(({ method }) => method))].sort()
  }

  return {
    all,
    add: (route) => {
      const key = `${route.description.method.toUpperCase()} ${route.pattern}`
      if (routes.has(key)) throw new Error(`Two routes serve ${key}.`)
      routes.set(key, route)
    },
    mount: (app) => {
      for (const { description, pattern, handler } of all()) {
        app.on(description.method.toUpperCase(), pattern, handler)
      }
    },
    find: (c) => {
      // Other matches are the guards, or the console's pages, which match every path.
      for (const { method, path } of matchedRoutes(c)) {
        const route = routes.get(`${method} ${path}`)
        if (route) return route
      }
      const methods = methodsOf(c.req.path)
      if (methods.length === 0) throw noSuchAddress()
      const allow = methods.join(', ')
      throw new Failure('METHOD_NOT_SUPPORTED', `This address takes ${allow}.`, { allow })
    },
    openApiDocument: (version) => {
      const generator = new OpenAPIHono()
      for (const { description, tags } of all()) {
        if (!description.hidden) generator.openAPIRegistry.registerPath(openApiOf(description, tags))
      }
      return generator.getOpenAPI31Document(about(version))
    },
  }
}

export const noSuchAddress = (): Failure =>
  new Failure('NOT_FOUND', 'There is nothing at this address. Look at /v1/openapi.json.')
