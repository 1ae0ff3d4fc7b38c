import type { Command } from 'commander'
import type { Context } from '#cli/context.ts'
import { withExpected, withJson, withKey } from '#cli/options/common-options.ts'
import { withExamples } from '#cli/options/parse-options.ts'

/** Commands for the places where secrets are stored. */
export const declareScopes = (program: Command, context: Context): void => {
  const projects = program.command('projects').description('List, create and delete projects.')

  withKey(withJson(projects.command('list').description('List the projects.'))).action(async () =>
    (await import('./scopes.ts')).listProjects(context),
  )

  const create = projects
    .command('create')
    .description('Create a project.')
    .option('--name <name>', 'name of the project')
  withExamples(withKey(withJson(create)), [['Prints its ID', 'gradient projects create --name web']]).action(
    async (options) => (await import('./scopes.ts')).createProject(context, options),
  )

  withKey(
    withJson(projects.command('details').description('Show a project.').option('--id <id>', 'ID of the project')),
  ).action(async (options) => (await import('./scopes.ts')).showProject(context, options))

  const remove = projects
    .command('delete')
    .description('Delete a project with its secrets.')
    .option('--id <id>', 'ID of the project')
  withKey(withExpected(remove)).action(async (options) => (await import('./delete.ts')).deleteProject(context, options))

  const clusters = program.command('clusters').description('List clusters.')
  withKey(withJson(clusters.command('list').description('List the clusters.'))).action(async () =>
    (await import('./scopes.ts')).listClusters(context),
  )
}
