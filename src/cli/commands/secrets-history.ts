import type { Command } from 'commander'
import type { Context } from '#cli/context.ts'
import { allPages } from '#cli/http/all-pages.ts'
import { secretNameOption, withExamples, withJson, withKey, withScope } from '#cli/options/declare-options.ts'
import { requireName, scopeFrom } from '#cli/options/validate-input.ts'
import { printList } from '#cli/output/table.ts'
import type { ScopeKind } from '#shared/scope.ts'
import type { SecretVersion } from '#shared/version.ts'

export const secretsHistoryCommand = (command: Command, context: Context): void => {
  withScope(command)
    .description('List the versions that are kept of a secret.')
    .option(...secretNameOption)
    .action((scope, options) => printHistory(context, scope, options))
  withExamples(withKey(withJson(command)), [
    ['Who set it when, and which versions have the same value', 'gradient secrets history team --name AWS_KEY'],
  ])
}

/** Characters of a fingerprint in the table: enough to distinguish the versions of one secret. */
const fingerprintLength = 12

/** Prints the stored versions of a secret, newest first. */
const printHistory = async (
  context: Context,
  kind: ScopeKind,
  options: { id?: string; name?: string },
): Promise<void> => {
  const scope = scopeFrom(kind, options.id)
  const client = await context.client()
  const name = await requireName(context.io, options.name)
  printList(context, await allPages((query) => client.secrets.versions(scope, name, query)), {
    Version: ({ version }) => `${version}`,
    Set: ({ dtCreated }) => dtCreated,
    By: ({ setBy }) => setBy.name,
    Bytes: ({ size }) => `${size}`,
    Fingerprint: ({ fingerprint }) => fingerprint?.slice(0, fingerprintLength) ?? 'none',
    Note: noteOf,
  })
}

const noteOf = ({ current, restoredFrom }: SecretVersion): string =>
  [...(current ? ['current'] : []), ...(restoredFrom === null ? [] : [`restored from ${restoredFrom}`])].join(', ')
