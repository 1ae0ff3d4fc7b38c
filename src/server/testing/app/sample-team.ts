import type { Trashed } from '#shared/trash.ts'
import type { TestApp, TestTeam } from './test-app.ts'

/** The ids for the `{id}` of a path, by the noun before it. */
export type SampleIds = Record<
  'teams' | 'projects' | 'clusters' | 'members' | 'api-keys' | 'invites' | 'deleted-projects' | 'deleted-clusters',
  string
>

/** The ids of deleted secrets, by the noun of their scope. */
export type TrashIds = Record<'teams' | 'projects' | 'clusters', string>

/**
 * A team with one item of each kind, listed in `ids`. Each scope has the secret SAMPLE with two versions, and the
 * deleted secret GONE. A project and a cluster are deleted.
 */
export type SampleTeam = TestTeam & {
  ids: SampleIds
  trash: TrashIds
  /** Returns everything that the owner can list. */
  all(): Promise<string[]>
}

export const newSampleTeam = async (api: TestApp): Promise<SampleTeam> => {
  const team = await api.newTeam()
  const scopes = [await team.scope('team'), await team.scope('project'), await team.scope('cluster')] as const
  const deleted: string[] = []
  for (const { secrets } of scopes) {
    for (const value of ['old', 'x']) await team.request('PUT', `${secrets}/SAMPLE`, { value })
    await team.request('PUT', `${secrets}/GONE`, { value: 'x' })
    const { json } = await team.request<{ trashed: Trashed }>('DELETE', `${secrets}/GONE`)
    deleted.push(json.trashed.id)
  }
  const gone = { projects: await team.scope('project'), clusters: await team.scope('cluster') }
  for (const [noun, { id }] of Object.entries(gone)) await team.request('DELETE', `/v1/${noun}/${id}`)
  const [ofTeam = '', ofProject = '', ofCluster = ''] = deleted
  const { id: member } = await team.join('member')
  const { id: key } = await team.key()
  const { json: invite } = await team.request<{ id: string }>('POST', '/v1/invites', { role: 'viewer' })
  const lists = ['projects', 'clusters', 'deleted-projects', 'deleted-clusters', 'members', 'api-keys', 'invites'].map(
    (noun) => `/v1/${noun}`,
  )
  const inScopes = scopes.flatMap(({ secrets }) => [
    secrets,
    `${secrets}/SAMPLE/versions`,
    secrets.replace(/secrets$/, 'trash'),
  ])
  const paths = [...lists, `/v1/projects/${scopes[1].id}/access`, ...inScopes]
  return {
    ...team,
    trash: { teams: ofTeam, projects: ofProject, clusters: ofCluster },
    ids: {
      teams: team.id,
      projects: scopes[1].id,
      clusters: scopes[2].id,
      members: member,
      'api-keys': key,
      invites: invite.id,
      'deleted-projects': gone.projects.id,
      'deleted-clusters': gone.clusters.id,
    },
    all: async () => {
      const answers = []
      for (const path of paths) answers.push((await team.request('GET', path)).text)
      return answers
    },
  }
}

/** Returns the noun that says what the `{id}` of a path is. */
export const pathNoun = (path: string): keyof SampleIds => path.split('/')[2] as keyof SampleIds

/** Returns the id for a path. Throws for an unknown noun, which has to be added to the ids. */
export const pathId = (path: string, ids: SampleIds): string => {
  const id = ids[pathNoun(path)]
  if (path.includes('{id}') && id === undefined) throw new Error(`Nothing is known of the {id} in ${path}.`)
  return id ?? ''
}

/** Returns the parameters for a path: the secret SAMPLE, its first version, or the deleted secret. */
export const pathParts = (path: string, { ids, trash }: Pick<SampleTeam, 'ids' | 'trash'>): Record<string, string> => ({
  id: pathId(path, ids),
  name: 'SAMPLE',
  version: '1',
  trashId: trash[pathNoun(path) as keyof TrashIds] ?? 'none',
})
