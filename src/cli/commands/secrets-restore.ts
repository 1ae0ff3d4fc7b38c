import type { Command } from 'commander'
import type { Context } from '#cli/context.ts'
import { findTrashed } from '#cli/lookup/find-trashed.ts'
import {
  secretNameOption,
  versionNumber,
  withExamples,
  withKey,
  withPlanOptions,
  withScope,
} from '#cli/options/declare-options.ts'
import { requireName, scopeFrom } from '#cli/options/validate-input.ts'
import { makePlannedChange, type PlanOptions } from '#cli/output/planned-change.ts'
import { setWords } from '#cli/output/set-words.ts'
import type { ScopeKind } from '#shared/scope.ts'

export const secretsRestoreCommand = (command: Command, context: Context): void => {
  withScope(command)
    .description('Give a secret an old value again, or put a deleted one back.')
    .option(...secretNameOption)
    .option(
      '--version <number>',
      'version whose value it gets; without it, it is put back from the trash',
      versionNumber,
    )
    .action((scope, options) => restoreSecret(context, scope, options))
  withExamples(withKey(withPlanOptions(command)), [
    ['Undo a deletion', 'gradient secrets restore project --id prxxxxxxxxxx --name DB_PASSWORD'],
    ['The value of version 3 again', 'gradient secrets restore team --name AWS_KEY --version 3'],
  ])
}

type RestoreOptions = PlanOptions & { id?: string; name?: string; version?: number }

/** Restores the value of an old version, or the secret that was deleted last under this name. */
const restoreSecret = async (context: Context, kind: ScopeKind, options: RestoreOptions): Promise<void> => {
  const { io } = context
  const scope = scopeFrom(kind, options.id)
  const client = await context.client()
  const name = await requireName(io, options.name)
  const { version } = options
  const when = (hash: string | undefined) => (hash === undefined ? {} : { plan: hash })

  if (version === undefined) {
    const [trashed] = await findTrashed(client, scope, name)
    const { id, versions } = trashed
    await makePlannedChange(io, options, {
      plan: () => client.trash.planRestore(scope, id),
      question: () => `Put “${name}” back, which ${trashed.deletedBy.name} deleted at ${trashed.dtDeleted}?`,
      make: (hash) => client.trash.restore(scope, id, when(hash)),
    })
    io.note(`It is back with ${versions} version${versions === 1 ? '' : 's'}.`)
  } else {
    const made = await makePlannedChange(io, options, {
      plan: () => client.secrets.planRestoreVersion(scope, name, version),
      question: ({ secret, same }) =>
        same ? undefined : `${secret ? `${setWords(secret)}. ` : ''}Give “${name}” the value of version ${version}?`,
      make: (hash) => client.secrets.restoreVersion(scope, name, version, when(hash)),
    })
    if (made.unchanged) io.note(`Unchanged ${kind} secret '${name}': it has the value of version ${version} already`)
    else io.note(`Version ${made.version} has the value of version ${version}.`)
  }
  io.print(`Restored ${kind} secret '${name}'`)
}
