import type { Command } from 'commander'
import type { Context } from '#cli/context.ts'
import { CommandError, exitCodes } from '#cli/exit.ts'
import { secretNameOption, withExamples, withKey, withPlanOptions, withScope } from '#cli/options/declare-options.ts'
import { requireName, scopeFrom } from '#cli/options/validate-input.ts'
import { makePlannedChange, type PlanOptions } from '#cli/output/planned-change.ts'
import { setWords, unchangedWords } from '#cli/output/set-words.ts'
import { type ValueOptions, valueSource } from '#cli/prompt/value-source.ts'
import type { WorkloadClient } from '#client/workload-calls.ts'
import { Failure } from '#shared/failure.ts'
import type { Plan } from '#shared/plans/plan.ts'
import type { Scope, ScopeKind } from '#shared/scope.ts'
import { type Secret, secret as secretSchema } from '#shared/secret.ts'
import { nameWarning } from '#shared/workload/injectable-names.ts'

export const secretsSetCommand = (command: Command, context: Context): void => {
  withScope(command)
    .description('Set a secret, new or not. Its value comes from a hidden prompt, stdin or a file.')
    .option(...secretNameOption)
    .option('--value <value>', 'its value; it is visible to others on this machine, so better by stdin or a file')
    .option('--from-file <file>', 'file that holds the value, taken as it is')
    .option('--raw', 'keep the line break at the end of a value from stdin')
    .option('--if-absent', 'refuse to replace a secret of this name')
    .action((scope, options) => setSecret(context, scope, options))
  withExamples(withKey(withPlanOptions(command)), [
    ['Type the value at a prompt', 'gradient secrets set team --name AWS_KEY'],
    ['From another program', 'pass show db | gradient secrets set project --id prxxxxxxxxxx --name DB_PASSWORD'],
    ['A file as it is', 'gradient secrets set cluster --id clxxxxxxxxxx --name CA_CERT --from-file ca.pem'],
  ])
}

type SetOptions = ValueOptions & PlanOptions & { id?: string; name?: string; ifAbsent?: true }

/** Creates or replaces a secret. */
const setSecret = async (context: Context, kind: ScopeKind, options: SetOptions): Promise<void> => {
  const { io } = context
  const scope = scopeFrom(kind, options.id)
  const source = valueSource(io, options)
  const client = await context.client()
  const name = await requireName(io, options.name)
  const warning = nameWarning(name)
  if (warning) io.note(warning)

  // Read and validate a given value before the question; prompt for a typed one after it.
  let value = source.atPrompt ? undefined : await source.read()
  const { unchanged } = await makePlannedChange(io, options, {
    plan: async () => refuseExisting(await client.secrets.planSet(scope, name), options, name),
    question: (plan) => questionFor(plan, name),
    make: async (hash) => {
      value ??= await source.read()
      if (options.ifAbsent && hash === undefined) return createOnly(client, scope, name, value)
      return client.secrets.set(scope, name, value, hash === undefined ? {} : { plan: hash })
    },
  })
  if (unchanged) io.note(unchangedWords(scope, name))
  io.print(`Set ${scope.kind} secret '${name}'`)
}

/** Checks `--if-absent` with the plan, which already shows an existing secret. */
const refuseExisting = (plan: Plan, { ifAbsent }: SetOptions, name: string): Plan => {
  if (!ifAbsent || !plan.secret) return plan
  throw existing(name, plan.secret)
}

const createOnly = (client: WorkloadClient, scope: Scope, name: string, value: string): Promise<Secret> =>
  client.secrets.create(scope, { name, value }).catch((error: unknown) => {
    const conflict = error instanceof Failure && error.code === 'CONFLICT' ? error.issues[0]?.existing : undefined
    const known = secretSchema.safeParse(conflict)
    throw known.success ? existing(name, known.data) : error
  })

const existing = (name: string, secret: Secret): CommandError =>
  new CommandError(exitCodes.failed, `“${name}” exists already: ${setWords(secret)}. Nothing was changed.`)

const questionFor = ({ secret }: Plan, name: string): string | undefined =>
  secret ? `“${name}” exists: ${setWords(secret)}. Replace it?` : undefined
