import type { ServerProcess } from '#server/testing/processes/spawn-server.ts'

const month = 30 * 24 * 60 * 60 * 1000

/**
 * Watches the trash of a cluster, which clients leave alone, while the clock jumps. What is wrong is told by sentences that
 * begin with when it was.
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
    /** Has what is too old be deleted, and looks whether these names are left, each for 30 days from when it was deleted. */
    expect: async (when, names) => {
      const one = startAgain()
      await one.ready
      one.kill('SIGTERM')
      // A stop waits for the sweep that a start begins with.
      await one.ended
      const { json } = await server.request<{ items: Item[] }>('GET', `${path}/trash`, undefined, manage)
      const left = json.items.map(({ name }) => name).toSorted()
      const wrong =
        left.join() === names.toSorted().join() ? [] : [`${when}, the trash has ${left.join(' ') || 'nothing'}.`]
      for (const { name, dtDeleted, expiresAt } of json.items) {
        const kept = Date.parse(expiresAt) - Date.parse(dtDeleted)
        if (kept !== month) wrong.push(`${when}, ${name} is kept for ${kept} ms.`)
      }
      return wrong
    },
  }
}

type Item = { name: string; dtDeleted: string; expiresAt: string }
type Watched = {
  manage: Record<string, string>
  session: Record<string, string>
  /** Starts another server on the same database, by the same clock. */
  startAgain(): ServerProcess
}
