import type { Command } from 'commander'
import type { Context } from '#cli/context.ts'
import { allPages } from '#cli/http/all-pages.ts'
import { withExamples, withJson, withKey, withScope } from '#cli/options/declare-options.ts'
import { scopeFrom } from '#cli/options/validate-input.ts'
import { printList } from '#cli/output/table.ts'
import type { ScopeKind } from '#shared/scope.ts'

export const secretsListCommand = (command: Command, context: Context): void => {
  withScope(command)
    .description('List the names of the secrets of a scope.')
    .action((scope, options) => listSecrets(context, scope, options))
  withExamples(withKey(withJson(command)), [
    ['Names of the team’s secrets', 'gradient secrets list team'],
    ['Names only, without a table', "gradient secrets list team --json | jq -r '.[].name'"],
  ])
}

/** Prints the names of a scope's secrets. */
const listSecrets = async (context: Context, kind: ScopeKind, options: { id?: string }): Promise<void> => {
  const scope = scopeFrom(kind, options.id)
  const client = await context.client()
  printList(context, await allPages((query) => client.secrets.list(scope, query)), { Name: ({ name }) => name })
}
