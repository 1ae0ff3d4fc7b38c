import type { APIRequestContext } from '@playwright/test'

/** The sample for screen states: a project and a cluster, with names of maximum length. */
export type Sample = { project: string; cluster: string; secret: string }

/** Fills a team so that its pages show everything that they can show. */
export const makeSample = async (request: APIRequestContext, address: string): Promise<Sample> => {
  const send = async (method: 'post' | 'put' | 'delete', path: string, data?: unknown): Promise<{ id: string }> => {
    const answer = await request[method](`${address}/v1/${path}`, data === undefined ? {} : { data })
    if (!answer.ok()) throw new Error(`/v1/${path} was answered with ${answer.status()}`)
    return answer.json()
  }
  const post = (path: string, data: unknown) => send('post', path, data)
  const { id: project } = await post('projects', { name: `A-project-${'x'.repeat(90)}` })
  const { id: cluster } = await post('clusters', {
    name: `A cluster ${'of long words '.repeat(6)}`,
    type: 'kubernetes',
  })
  const secret = `LONG_${'X'.repeat(123)}`
  const old = `${secret.slice(0, -3)}OLD`
  for (const scope of [`clusters/${cluster}`, `projects/${project}`]) {
    for (const name of [secret, 'SET_TWICE', 'DELETED', old]) {
      await post(`${scope}/secrets`, { name, value: crypto.randomUUID() })
    }
    await send('put', `${scope}/secrets/SET_TWICE`, { value: crypto.randomUUID() })
    await send('delete', `${scope}/secrets/${old}`)
  }
  for (const [path, more] of [
    ['projects', {}],
    ['clusters', { type: 'slurm' }],
  ] as const) {
    const { id } = await post(path, { name: `A-deleted-one-${'x'.repeat(80)}`, ...more })
    await send('delete', `${path}/${id}`)
  }
  return { project, cluster, secret }
}
