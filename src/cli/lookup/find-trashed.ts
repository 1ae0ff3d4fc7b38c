import { CommandError, exitCodes } from '#cli/exit.ts'
import { allPages } from '#cli/http/all-pages.ts'
import type { WorkloadClient } from '#client/workload-calls.ts'
import type { Scope } from '#shared/scope.ts'
import type { TrashedSecret } from '#shared/trash.ts'

/** Returns the deleted secrets of a name in the trash, newest first. Throws {@link CommandError} when there is none. */
export const findTrashed = async (
  client: WorkloadClient,
  scope: Scope,
  name: string,
): Promise<[newest: TrashedSecret, ...older: TrashedSecret[]]> => {
  const found = await allPages((query) => client.trash.list(scope, { ...query, q: name }))
  const [newest, ...older] = found.filter((trashed) => trashed.name === name)
  if (newest) return [newest, ...older]
  const hint = `“gradient secrets trash ${scope.kind}” lists what is there. For a version of a secret, give “--version”.`
  throw new CommandError(exitCodes.notFound, `There is no “${name}” in the trash of this ${scope.kind}.`, { hint })
}
