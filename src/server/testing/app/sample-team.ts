import type { Trashed } from '#shared/trash.ts'
import type { TestApp, TestTeam } from './test-app.ts'

/** What the `{id}` of a path can name, by the noun before it. */
export type SampleIds = Record<'teams' | 'projects' | 'clusters' | 'members' | 'api-keys' | 'invites', string>

/** What was deleted, by the noun of its scope. */
export type TrashIds = Record<'teams' | 'projects' | 'clusters', string>

/**
 * A team with one thing of each kind: `ids` names them. In each scope there is the secret SAMPLE with two versions, and
 * in its trash the secret GONE.
 */
export type SampleTeam = TestTeam & {
  ids: SampleIds
  trash: TrashIds
  /** What its owner is told of all of them. */
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
  const [ofTeam = '', ofProject = '', ofCluster = ''] = deleted
  const { id: member } = await team.join('member')
  const { id: key } = await team.key()
  const { json: invite } = await team.request<{ id: string }>('POST', '/v1/invites', { role: 'viewer' })
  const lists = ['projects', 'clusters', 'members', 'api-keys', 'invites'].map((noun) => `/v1/${noun}`)
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
    },
    all: async () => {
      const answers = []
      for (const path of paths) answers.push((await team.request('GET', path)).text)
      return answers
    },
  }
}

/** What the `{id}` of a path names. */
export const pathNoun = (path: string): keyof SampleIds => path.split('/')[2] as keyof SampleIds

/** The id for a path, of those given. A new noun has to be added to them. */
export const pathId = (path: string, ids: SampleIds): string => {
  const id = ids[pathNoun(path)]
  if (path.includes('{id}') && id === undefined) throw new Error(`Nothing is known of the {id} in ${path}.`)
  return id ?? ''
}

/** What fills a path of these ids: the secret SAMPLE, its first version, or what is in the trash. */
export const pathParts = (path: string, { ids, trash }: Pick<SampleTeam, 'ids' | 'trash'>): Record<string, string> => ({
  id: pathId(path, ids),
  name: 'SAMPLE',
  version: '1',
  trashId: trash[pathNoun(path) as keyof TrashIds] ?? 'none',
})
