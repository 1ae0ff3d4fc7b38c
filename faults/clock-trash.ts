import type { ServerProcess } from '#server/testing/processes/spawn-server.ts'

const month = 30 * 24 * 60 * 60 * 1000

/**
 * Watches the trash of a cluster, which clients do not use, while the clock jumps. Problems are sentences that begin
 * with the moment.
 */
export const watchTrash = async (
  server: ServerProcess,
  { manage, session, startAgain }: Watched,
): Promise<{ put(name: string): Promise<void>; expect(when: string, names: readonly string[]): Promise<string[]> }> => {
  const { json: cluster } = await server.request<{ id: string }>(
    'POST',
    '/v1/clusters',
    { name: 'bin', type: 'vm' },
    session,
  )
  const path = `/v1/clusters/${cluster.id}`
  return {
    /** Sets a secret and deletes it. */
    put: async (name) => {
      await server.request('PUT', `${path}/secrets/${name}`, { value: name }, manage)
      const { status } = await server.request('DELETE', `${path}/secrets/${name}`, undefined, manage)
      if (status !== 200) throw new Error(`A secret could not be deleted: ${status}`)
    },
    /**
     * Triggers the deletion of expired secrets, and checks that these names are left, each for 30 days after its
     * deletion.
     */
    expect: async (when, names) => {
      const one = startAgain()
      await one.ready
      one.kill('SIGTERM')
      // A server waits, before it stops, for the sweep that it starts with.
      await one.ended
      const { json } = await server.request<{ items: Item[] }>('GET', `${path}/trash`, undefined, manage)
      const left = json.items.map(({ name }) => name).toSorted()
      const wrong =
        left.join() === names.toSorted().join() ? [] : [`${when}, the trash has ${left.join(' ') || 'nothing'}.`]
      for (const { name, dtDeleted, expiresAt } of json.items) {
        const timeLeft = Date.parse(expiresAt) - Date.parse(dtDeleted)
        if (timeLeft !== month) wrong.push(`${when}, ${name} is in the trash for ${timeLeft} ms.`)
      }
      return wrong
    },
  }
}

type Item = { name: string; dtDeleted: string; expiresAt: string }
type Watched = {
  manage: Record<string, string>
  session: Record<string, string>
  /** Starts another server on the same database, with the same clock. */
  startAgain(): ServerProcess
}
