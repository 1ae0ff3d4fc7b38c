import type { Command } from 'commander'
import type { Context } from '#cli/context.ts'
import { CommandError, exitCodes } from '#cli/exit.ts'
import { findPair, type NamedPair } from '#cli/lookup/find-pair.ts'
import { withInsecure } from '#cli/options/declare-options.ts'
import { childEnvironment, preservedCheck } from '#cli/run/child-environment.ts'
import { checkEnvironmentSize } from '#cli/run/environment-limits.ts'
import { executeProgram, prepareMasking } from '#cli/run/execute.ts'
import { requireCommand } from '#cli/run/find-command.ts'
import { runSummary } from '#cli/run/run-summary.ts'
import { type VariableRequest, variableRequest } from '#cli/run/variable-request.ts'
import type { WorkloadClient } from '#client/workload-calls.ts'
import type { Resolved } from '#shared/workload/workload.ts'

/** Adds the options of `gradient run`: it resolves secrets, then runs a command with them in its environment. */
export const runCommand = (command: Command, context: Context): void => {
  withInsecure(command)
    .description('Run a command with secrets in its environment.')
    .usage('[options] -- <command> [arguments]')
    .argument('<command...>', 'what to run, after “--”; no shell comes between')
    .option('--project <project>', 'ID or name of the project to run for')
    .option('--cluster <cluster>', 'ID or name of the cluster to run on')
    .option('--only <names>', 'inject these secrets instead of all, with commas between', collect)
    .option('--env <variable>', 'inject VAR=secret:NAME as well; any other value is taken as it is', collect)
    .option('--spec <file>', 'inject what a workflow or deployment says instead of all')
    .option('--job <name>', 'the job of the workflow')
    .option('--preserve-env [names]', 'variables that exist win over secrets: all, or these, with commas between')
    .option('--no-mask', 'hand the output through as it is, without “***” for the values of secrets')
    .option('--quiet', 'do not say what was injected')
    .option('--apiKey <key>', 'API key for this call only; it is visible to others on this machine')
    .passThroughOptions()
    .action((words, options) => runWithSecrets(context, words, options))
}

const collect = (value: string, before: string[] | undefined): string[] => [...(before ?? []), value]

type RunOptions = NamedPair & {
  only?: string[]
  env?: string[]
  spec?: string
  job?: string
  /** True for all existing variables, or a comma-separated list. */
  preserveEnv?: true | string
  mask: boolean
  quiet?: boolean
}

/** Resolves the secrets, runs the command with them, and exits with its exit code. */
const runWithSecrets = async (
  context: Context,
  [command, ...args]: readonly string[],
  options: RunOptions,
): Promise<void> => {
  const { io } = context
  if (command === undefined) {
    throw new CommandError(exitCodes.usage, 'There is no command to run.', { hint: 'Write it after “--”.' })
  }
  const { only, env, spec, job, preserveEnv = false } = options
  if (job !== undefined && spec === undefined) {
    throw new CommandError(exitCodes.usage, '“--job” is for a spec.', { hint: 'Name the file with “--spec”.' })
  }
  const path = io.env.PATH
  requireCommand(command, { cwd: io.cwd, ...(path === undefined ? {} : { path }) })
  const variables = spec === undefined ? undefined : await readVariables(context, spec, job)
  const isKept = preservedCheck(io.env, typeof preserveEnv === 'string' ? preserveEnv.split(',') : preserveEnv)
  const wanted = variableRequest(
    { ...(only ? { only } : {}), ...(env ? { env } : {}), ...(variables ? { spec: variables } : {}) },
    isKept,
  )
  const masking = options.mask ? prepareMasking(io) : undefined
  const resolved = await resolve(await context.client(), wanted, options)
  const secrets = Object.entries(resolved.env).filter(([variable]) => !isKept(variable))
  const injected = Object.fromEntries([...Object.entries(wanted.literals), ...secrets])
  const program = { command, args, cwd: io.cwd, env: childEnvironment(io.env, injected) }
  checkEnvironmentSize(program, Object.keys(injected))
  const values = [...new Set(secrets.map(([, value]) => value))]
  if (!options.quiet) io.note(runSummary(secrets, resolved.sources, masking ? values : []))
  context.exitCode = await executeProgram(io, program, masking, values)
}

const readVariables = async ({ io }: Context, file: string, job: string | undefined) => {
  // Loaded here, because the YAML parser is slow to load.
  const { specVariables } = await import('#cli/run/variables-of-spec.ts')
  return specVariables(io, file, job)
}

const resolve = async (client: WorkloadClient, { request }: VariableRequest, where: NamedPair): Promise<Resolved> => {
  const { pair } = await findPair(client, where)
  const resolved = await client.workloads.resolve({ ...request, ...pair })
  const asked = [...Object.keys(request.env ?? {}), ...(request.only ?? [])]
  const lost = asked.filter((variable) => !Object.hasOwn(resolved.env, variable))
  if (lost.length === 0) return resolved
  const names = lost.map((variable) => `“${variable}”`).join(', ')
  throw new CommandError(exitCodes.internalError, `The server’s answer has no ${names}. Nothing was run.`)
}
