import type { Command } from 'commander'
import type { Context } from '#cli/context.ts'
import { allPages } from '#cli/http/all-pages.ts'
import { withJson, withKey } from '#cli/options/declare-options.ts'
import { printList } from '#cli/output/table.ts'

export const clustersListCommand = (command: Command, context: Context): void => {
  withKey(withJson(command.description('List the clusters.'))).action(() => listClusters(context))
}

const listClusters = async (context: Context): Promise<void> => {
  const client = await context.client()
  printList(context, await allPages(client.clusters.list), {
    ID: ({ id }) => id,
    Name: ({ name }) => name,
    Type: ({ type }) => type,
  })
}
