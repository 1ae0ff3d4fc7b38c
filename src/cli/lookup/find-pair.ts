import { CommandError, exitCodes } from '#cli/exit.ts'
import { allPages } from '#cli/http/all-pages.ts'
import { shortened } from '#cli/options/validate-input.ts'
import type { WorkloadClient } from '#client/workload-calls.ts'
import { Failure } from '#shared/failure.ts'
import type { Page, PageQuery } from '#shared/page.ts'
import { maxLabelLength, scopeIdPrefixes } from '#shared/scope.ts'
import type { Pair } from '#shared/workload/workload.ts'

/** A project and a cluster, each given by ID or name. */
export type NamedPair = { project?: string | undefined; cluster?: string | undefined }

type Kind = 'project' | 'cluster'
type NamedEntity = { id: string; name: string }
type Scopes = { get(id: string): Promise<NamedEntity>; list(query: PageQuery): Promise<Page<NamedEntity>> }

/**
 * Returns the IDs of a project and a cluster. A text in the form of an ID with a digit is an ID and costs no request,
 * because a key that only runs workloads may not look up names. Without a digit, such a text may also be a name
 * (“presentation”), so it is looked up.
 * Throws {@link CommandError} for a name that matches none or several.
 */
export const findPair = async (client: WorkloadClient, { project, cluster }: NamedPair): Promise<{ pair: Pair }> => {
  const [projectId, clusterId] = await Promise.all([
    project === undefined ? undefined : idOf('project', project, client.projects),
    cluster === undefined ? undefined : idOf('cluster', cluster, client.clusters),
  ])
  return { pair: { ...(projectId ? { projectId } : {}), ...(clusterId ? { clusterId } : {}) } }
}

const idOf = async (kind: Kind, text: string, scopes: Scopes): Promise<string> => {
  if (text.trim() === '') {
    throw new CommandError(exitCodes.usage, `“--${kind}” is empty.`, { hint: `Give the ${kind}’s ID or name.` })
  }
  const isIdLike = new RegExp(`^${scopeIdPrefixes[kind]}[0-9a-z]{10}$`).test(text)
  if (isIdLike && (/\d/.test(text) || (await isId(text, scopes)))) return text
  const found = await namedExactly(text, scopes)
  const [one, other] = found
  if (!one) {
    const hint = `Give its ID or its exact name; a key sees only the ${kind}s that it is for.`
    throw new CommandError(exitCodes.notFound, `There is no ${kind} “${shortened(text)}”.`, { hint })
  }
  if (other) {
    const ids = found.map(({ id }) => id).join(', ')
    const message = `There are ${found.length} ${kind}s named “${text}”: ${ids}.`
    throw new CommandError(exitCodes.usage, message, { hint: 'Give the ID of one of them.' })
  }
  return one.id
}

/**
 * Returns whether the ID exists. An ID that the key may not look up counts as existing: the server refuses it later.
 */
const isId = (id: string, { get }: Scopes): Promise<boolean> =>
  get(id).then(
    () => true,
    (error: unknown) => {
      if (error instanceof Failure && error.code === 'FORBIDDEN') return true
      if (error instanceof Failure && error.code === 'NOT_FOUND') return false
      throw error
    },
  )

const namedExactly = async (name: string, { list }: Scopes): Promise<NamedEntity[]> => {
  if (name.length > maxLabelLength) return []
  const found = await allPages((query) => list({ ...query, q: name })).catch(mayNotLook)
  return found.filter((item) => item.name === name)
}

const mayNotLook = (error: unknown): never => {
  if (!(error instanceof Failure && error.code === 'FORBIDDEN')) throw error
  const hint = 'A key that only runs workloads can look up no names: give the ID.'
  throw new CommandError(exitCodes.denied, error.message, { hint, cause: error })
}
