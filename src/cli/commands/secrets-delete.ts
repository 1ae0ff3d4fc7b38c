import type { Command } from 'commander'
import type { Context } from '#cli/context.ts'
import { secretNameOption, withExamples, withKey, withPlanOptions, withScope } from '#cli/options/declare-options.ts'
import { requireName, scopeFrom } from '#cli/options/validate-input.ts'
import { makePlannedChange, type PlanOptions } from '#cli/output/planned-change.ts'
import { setWords } from '#cli/output/set-words.ts'
import type { ScopeKind } from '#shared/scope.ts'

export const secretsDeleteCommand = (command: Command, context: Context): void => {
  withScope(command)
    .description('Move a secret to the trash.')
    .option(...secretNameOption)
    .action((scope, options) => deleteSecret(context, scope, options))
  withExamples(withKey(withPlanOptions(command)), [
    ['Show what it will touch, and ask', 'gradient secrets delete project --id prxxxxxxxxxx --name DB_PASSWORD'],
    ['In a script, unless something uses it', 'gradient secrets delete team --name OLD --expect-affected 0'],
  ])
}

/** Moves a secret to the trash, and prints how to restore it. */
const deleteSecret = async (
  context: Context,
  kind: ScopeKind,
  options: PlanOptions & { id?: string; name?: string },
): Promise<void> => {
  const { io } = context
  const scope = scopeFrom(kind, options.id)
  const client = await context.client()
  const name = await requireName(io, options.name)
  const { expiresAt } = await makePlannedChange(io, options, {
    plan: () => client.secrets.planDelete(scope, name),
    question: ({ secret }) => `${secret ? `${setWords(secret)}. ` : ''}Delete “${name}”?`,
    make: (hash) => client.secrets.delete(scope, name, hash === undefined ? {} : { plan: hash }),
  })
  io.print(`Deleted ${kind} secret '${name}'`)
  const place = options.id === undefined ? kind : `${kind} --id ${options.id}`
  io.note(`To undo it, until ${expiresAt}: gradient secrets restore ${place} --name ${name}`)
}
