import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Deps, Env } from '#server/deps.ts'
import { legacyClusterRoutes } from './legacy-clusters.ts'
import { legacyEphemeralRoutes } from './legacy-ephemeral.ts'
import { legacyProjectRoutes } from './legacy-projects.ts'
import { legacySecretRoutes } from './legacy-secrets.ts'

/** What the discontinued service's clients call, at the root of the server, over the same services as `/v1`. */
export const legacyRoutes = (app: OpenAPIHono<Env>, deps: Deps): void => {
  legacySecretRoutes(app, deps)
  legacyProjectRoutes(app, deps)
  legacyClusterRoutes(app, deps)
  legacyEphemeralRoutes(app, deps)
}
