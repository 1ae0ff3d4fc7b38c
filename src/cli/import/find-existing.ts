import { allPages } from '#cli/http/all-pages.ts'
import type { WorkloadClient } from '#client/workload-calls.ts'
import { Failure } from '#shared/failure.ts'
import { maxPageSize } from '#shared/page.ts'
import type { Scope } from '#shared/scope.ts'
import type { Secret } from '#shared/secret.ts'

/**
 * Returns the existing secrets for the names, by lower-case name. When the scope has many more secrets than requested,
 * each name is looked up alone. Then a name with other capitals is not found, and the server refuses it at the write.
 */
export const findExisting = async (
  { secrets }: WorkloadClient,
  scope: Scope,
  names: readonly string[],
): Promise<Map<string, Secret>> => {
  const { total } = await secrets.list(scope, { limit: 1 })
  const isFewer = total <= names.length * maxPageSize
  const found = isFewer
    ? await allPages((query) => secrets.list(scope, query))
    : await lookUpEach(secrets, scope, names)
  return new Map(found.map((secret) => [secret.name.toLowerCase(), secret]))
}

const lookUpEach = async (
  secrets: WorkloadClient['secrets'],
  scope: Scope,
  names: readonly string[],
): Promise<Secret[]> => {
  const found: Secret[] = []
  for (const name of names) {
    const secret = await secrets.get(scope, name).catch(absent)
    if (secret) found.push(secret)
  }
  return found
}

const absent = (error: unknown): undefined => {
  if (!(error instanceof Failure && error.code === 'NOT_FOUND')) throw error
}
