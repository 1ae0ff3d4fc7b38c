import type autocannon from 'autocannon'
import type { Installation } from './installation.ts'

export const operations = ['list', 'set', 'resolve'] as const
export type Operation = (typeof operations)[number]

/** What each connection sends over and over again: a path with a request or several, one after the other. */
export type Sent = { path: string; requests: (connection: number) => autocannon.Request[] }

const names = Array.from({ length: 20 }, (_, index) => `RESOLVED_${index}`)

/**
 * What is measured, all of it by API key: a list of 100 names, a set of one value, a resolve of 20 names, a third of which
 * each scope wins. Every set has another value than the one before: of an equal one, no version is made.
 */
export const sentBy = ({ project, cluster, key }: Installation): Record<Operation, Sent> => {
  const headers = { 'x-api-key': key }
  const json = { ...headers, 'content-type': 'application/json' }
  const env = Object.fromEntries(names.map((name) => [name, `secret:${name}`]))
  const resolve = JSON.stringify({ projectId: project, clusterId: cluster, env })
  return {
    list: {
      path: `/v1/projects/${project}/secrets?limit=100`,
      requests: () => [{ method: 'GET', headers }],
    },
    set: {
      path: `/v1/projects/${project}/secrets/SECRET_0000010`,
      requests: (connection) =>
        ['a', 'b'].map((turn) => ({
          method: 'PUT',
          headers: json,
          body: JSON.stringify({ value: `s3cr3t-${turn}-${String(connection).padStart(6, '0')}` }),
        })),
    },
    resolve: {
      path: '/v1/workloads/resolve',
      requests: () => [{ method: 'POST', headers: json, body: resolve }],
    },
  }
}
