import type { Failure } from '#shared/failure.ts'
import type { Plan } from '#shared/plans/plan.ts'
import { type ScopeKind, scopePaths } from '#shared/scope.ts'
import type { TestApp } from './test-app.ts'

/** Creates a team with a project “web” and a cluster “gpu”, the given secrets, and functions that request plans. */
export const newTeamForPlans = async (api: TestApp, set: Partial<Record<ScopeKind, readonly string[]>> = {}) => {
  const team = await api.newTeam('Team')
  const made = async (kind: ScopeKind, name?: string) => {
    const scope = await team.scope(kind, name)
    return {
      ...scope,
      path: `/v1/${scopePaths[kind]}/${scope.id}`,
      secret: (name: string) => `${scope.secrets}/${name}`,
    }
  }
  const scopes = {
    team: await made('team'),
    cluster: await made('cluster', 'gpu'),
    project: await made('project', 'web'),
  }
  const put = (path: string, value = 'canary') => team.request('PUT', path, { value })
  for (const [kind, names] of Object.entries(set)) {
    for (const name of names) await put(scopes[kind as ScopeKind].secret(name))
  }
  /** Requests the plan of a change. */
  const plan = (method: string, path: string, body?: unknown, headers?: Record<string, string>) =>
    team.request<Plan & Failure>(method, `${path}?dryRun=true`, body, headers)
  const planSet = async (path: string) => (await plan('PUT', path, {})).json
  const planDelete = async (path: string) => (await plan('DELETE', path)).json
  /** Creates a key for a pair and resolves these names with it, as a workload does. */
  const use = async (pair: { projectId?: string; clusterId?: string }, ...names: string[]) => {
    const key = await team.key({ name: 'trainer', access: ['run'], ...pair })
    const { status } = await key.request('POST', '/v1/workloads/resolve', { ...pair, only: names })
    if (status !== 200) throw new Error(`A workload was answered ${status}.`)
    return key.id
  }
  return { ...team, scopes, made, put, plan, planSet, planDelete, use }
}
