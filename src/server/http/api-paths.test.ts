import { expect, it } from 'vitest'
import { namespaceFrom } from '#shared/people/namespace.ts'
import { apiRoots, isApiPath } from './api-paths.ts'

it.each(apiRoots)('%s is no team’s address in the console', (root) => {
  expect(namespaceFrom(root.slice(1))).toBe(`team-${root.slice(1)}`)
})

it.each(['/teams', '/teams/', '/teams/x', '/v1/teams/:id', '/secrets/ephemeral'])('%s is the API’s', (path) => {
  expect(isApiPath(path)).toBe(true)
})

it.each(['/', '/*', '/teamsters', '/acme/teams', '/v1x', '/login'])('%s is the console’s', (path) => {
  expect(isApiPath(path)).toBe(false)
})
