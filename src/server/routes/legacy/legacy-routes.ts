import type { Deps } from '#server/deps.ts'
import type { Routes } from '#server/http/route.ts'
import { legacyClusterRoutes } from './legacy-cluster-routes.ts'
import { legacyEphemeralRoutes } from './legacy-ephemeral-routes.ts'
import { legacyProjectRoutes } from './legacy-project-routes.ts'
import { legacySecretRoutes } from './legacy-secret-routes.ts'

/** Adds the routes of the discontinued service, at the root of the server, on the same services as `/v1`. */
export const legacyRoutes = (routes: Routes, deps: Deps): void => {
  legacySecretRoutes(routes, deps)
  legacyProjectRoutes(routes, deps)
  legacyClusterRoutes(routes, deps)
  legacyEphemeralRoutes(routes, deps)
}
