import type autocannon from 'autocannon'
import type { Installation } from './installation.ts'
import type { MeasuredTeam } from './more-teams.ts'

export const operations = ['list', 'set', 'resolve'] as const
export type Operation = (typeof operations)[number]

/** The path and the requests that each connection repeats, in this order. */
export type RequestLoop = { path: string; requests: (connection: number) => autocannon.Request[] }

const names = Array.from({ length: 20 }, (_, index) => `RESOLVED_${index}`)

/**
 * Returns the measured operations, all by API key: a list of 100 names, a set of one value, and a resolve of 20 names,
 * where each scope wins a third. Every set sends a new value, because an equal one creates no version. Connections set
 * secrets of different teams in turn; with `setInOneTeam`, all of them set one secret of the same team.
 */
export const requestLoops = ({
  project,
  cluster,
  key,
  teams,
}: Installation): Record<Operation | 'setInOneTeam', RequestLoop> => {
  const headers = { 'x-api-key': key }
  const json = { ...headers, 'content-type': 'application/json' }
  const env = Object.fromEntries(names.map((name) => [name, `secret:${name}`]))
  const resolve = JSON.stringify({ projectId: project, clusterId: cluster, env })
  const sets = (team: MeasuredTeam | undefined, connection: number): autocannon.Request[] =>
    ['a', 'b'].map((turn) => ({
      path: `/v1/projects/${team?.project}/secrets/SECRET_0000010`,
      method: 'PUT',
      headers: { ...json, 'x-api-key': team?.key },
      body: JSON.stringify({ value: `s3cr3t-${turn}-${String(connection).padStart(6, '0')}` }),
    }))
  return {
    list: {
      path: `/v1/projects/${project}/secrets?limit=100`,
      requests: () => [{ method: 'GET', headers }],
    },
    set: { path: '/', requests: (connection) => sets(teams[connection % teams.length], connection) },
    setInOneTeam: { path: '/', requests: (connection) => sets(teams[0], connection) },
    resolve: {
      path: '/v1/workloads/resolve',
      requests: () => [{ method: 'POST', headers: json, body: resolve }],
    },
  }
}
