import type { Context } from '#cli/context.ts'
import { needId, needName, scopeOf } from '#cli/options/validate-input.ts'
import { makePlanned, type PlanOptions } from '#cli/output/planned-change.ts'
import { setWords } from '#cli/output/set-words.ts'
import type { ScopeKind } from '#shared/scope.ts'

/** Moves a secret to the trash, and says how it comes back. */
export const deleteSecret = async (
  context: Context,
  kind: ScopeKind,
  options: PlanOptions & { id?: string; name?: string },
): Promise<void> => {
  const { io } = context
  const scope = scopeOf(kind, options.id)
  const client = await context.client()
  const name = await needName(io, options.name)
  const { expiresAt } = await makePlanned(io, options, {
    plan: () => client.secrets.planDelete(scope, name),
    question: ({ secret }) => `${secret ? `${setWords(secret)}. ` : ''}Delete “${name}”?`,
    make: (hash) => client.secrets.delete(scope, name, hash === undefined ? {} : { plan: hash }),
  })
  io.print(`Deleted ${kind} secret '${name}'`)
  const place = options.id === undefined ? kind : `${kind} --id ${options.id}`
  io.note(`To undo it, until ${expiresAt}: gradient secrets restore ${place} --name ${name}`)
}

/** Deletes a project with its secrets. */
export const deleteProject = async (context: Context, options: PlanOptions & { id?: string }): Promise<void> => {
  const { io } = context
  const id = needId('project', options.id)
  const client = await context.client()
  await makePlanned(io, options, {
    plan: () => client.projects.planDelete(id),
    question: () => 'Delete the project?',
    make: (hash) => client.projects.delete(id, hash === undefined ? {} : { plan: hash }),
  })
  io.print('Project deleted')
}
