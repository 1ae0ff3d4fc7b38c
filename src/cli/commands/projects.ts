import type { Command } from 'commander'
import type { Context } from '#cli/context.ts'
import { CommandError, exitCodes } from '#cli/exit.ts'
import { allPages } from '#cli/http/all-pages.ts'
import { withExamples, withJson, withKey, withPlanOptions } from '#cli/options/declare-options.ts'
import { requireId } from '#cli/options/validate-input.ts'
import { makePlannedChange, type PlanOptions } from '#cli/output/planned-change.ts'
import { printableJson } from '#cli/output/printable.ts'
import { printList, printOne } from '#cli/output/table.ts'

export const projectsListCommand = (command: Command, context: Context): void => {
  withKey(withJson(command.description('List the projects.'))).action(() => listProjects(context))
}

export const projectsCreateCommand = (command: Command, context: Context): void => {
  command
    .description('Create a project.')
    .option('--name <name>', 'name of the project')
    .action((options) => createProject(context, options))
  withExamples(withKey(withJson(command)), [['Prints its ID', 'gradient projects create --name web']])
}

export const projectsDetailsCommand = (command: Command, context: Context): void => {
  command
    .description('Show a project.')
    .option('--id <id>', 'ID of the project')
    .action((options) => showProject(context, options))
  withKey(withJson(command))
}

export const projectsDeleteCommand = (command: Command, context: Context): void => {
  command
    .description('Delete a project with its secrets.')
    .option('--id <id>', 'ID of the project')
    .action((options) => deleteProject(context, options))
  withKey(withPlanOptions(command))
}

const listProjects = async (context: Context): Promise<void> => {
  const client = await context.client()
  printList(context, await allPages(client.projects.list), {
    ID: ({ id }) => id,
    Name: ({ name }) => name,
    Created: ({ dtCreated }) => dtCreated,
  })
}

const createProject = async (context: Context, { name }: { name?: string }): Promise<void> => {
  if (name === undefined) {
    throw new CommandError(exitCodes.usage, '“--name” is missing.', { hint: 'Give the name of the project by --name.' })
  }
  const { io, sharedOptions } = context
  const project = await (await context.client()).projects.create({ name })
  io.print(sharedOptions.json ? printableJson(project) : `Project created with ID: ${project.id}`)
}

const showProject = async (context: Context, options: { id?: string }): Promise<void> => {
  const id = requireId('project', options.id)
  const project = await (await context.client()).projects.get(id)
  const { name, dtCreated, secrets } = project
  printOne(context, project, { Name: name, ID: id, Secrets: `${secrets}`, Created: dtCreated })
}

/** Deletes a project with its secrets. */
const deleteProject = async (context: Context, options: PlanOptions & { id?: string }): Promise<void> => {
  const { io } = context
  const id = requireId('project', options.id)
  const client = await context.client()
  await makePlannedChange(io, options, {
    plan: () => client.projects.planDelete(id),
    question: () => 'Delete the project?',
    make: (hash) => client.projects.delete(id, hash === undefined ? {} : { plan: hash }),
  })
  io.print('Project deleted')
}
