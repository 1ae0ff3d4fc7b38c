import type { Context } from '#cli/context.ts'
import { CommandError, exits } from '#cli/exit.ts'
import { allPages } from '#cli/http/all-pages.ts'
import { needId } from '#cli/options/validate-input.ts'
import { printableJson } from '#cli/output/printable.ts'
import { printList, printOne } from '#cli/output/table.ts'

export const listProjects = async (context: Context): Promise<void> => {
  const client = await context.client()
  printList(context, await allPages(client.projects.list), {
    ID: ({ id }) => id,
    Name: ({ name }) => name,
    Created: ({ dtCreated }) => dtCreated,
  })
}

export const createProject = async (context: Context, { name }: { name?: string }): Promise<void> => {
  if (name === undefined) {
    throw new CommandError(exits.usage, '“--name” is missing.', { hint: 'Give the name of the project by --name.' })
  }
  const { io, given } = context
  const project = await (await context.client()).projects.create({ name })
  io.print(given.json ? printableJson(project) : `Project created with ID: ${project.id}`)
}

export const showProject = async (context: Context, options: { id?: string }): Promise<void> => {
  const id = needId('project', options.id)
  const project = await (await context.client()).projects.get(id)
  const { name, dtCreated, secrets } = project
  printOne(context, project, { Name: name, ID: id, Secrets: `${secrets}`, Created: dtCreated })
}

export const listClusters = async (context: Context): Promise<void> => {
  const client = await context.client()
  printList(context, await allPages(client.clusters.list), {
    ID: ({ id }) => id,
    Name: ({ name }) => name,
    Type: ({ type }) => type,
  })
}
