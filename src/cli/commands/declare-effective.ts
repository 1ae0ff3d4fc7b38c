import type { Command } from 'commander'
import type { Context } from '#cli/context.ts'
import { withJson, withKey } from '#cli/options/common-options.ts'
import { withExamples } from '#cli/options/parse-options.ts'

/** The commands about what workloads get, and why. */
export const declareEffective = (program: Command, context: Context): void => {
  const explain = program
    .command('explain')
    .description('Tell which scope a name comes from, and what that overrides.')
    .argument('<name>', 'name of a secret')
  withExamples(withJson(withKey(withPair(explain))), [
    ['For workloads of a project', 'gradient explain DB_PASSWORD --project web'],
    ['For those on one cluster', 'gradient explain DB_PASSWORD --project web --cluster gpu-1'],
  ]).action(async (name, options) => (await import('./explain.ts')).explain(context, name, options))

  const env = program
    .command('env')
    .description('List the names that workloads get, and the scopes they come from.')
    .option('--example', 'print a .env file with these names, to fill in')
  withExamples(withJson(withKey(withPair(env))), [
    ['For workloads of a project', 'gradient env --project web'],
    ['A file to fill in', 'gradient env --project web --example > .env.example'],
  ]).action(async (options) => (await import('./env-command.ts')).env(context, options))

  const spec = program.command('spec').description('Look at the files that describe workloads.')
  const check = spec
    .command('check')
    .description('Tell for every variable of a workflow or deployment what it will be, and what is missing.')
    .argument('<file>', 'YAML or JSON; “-” for stdin')
    .option('--job <name>', 'this job of a workflow only')
  withExamples(withJson(withKey(withPair(check))), [
    ['Before a deployment', 'gradient spec check deployment.yaml --project web --cluster gpu-1'],
    ['One job of a workflow', 'gradient spec check workflow.yaml --job train --project web'],
  ]).action(async (file, options) => (await import('./spec-check.ts')).specCheck(context, file, options))
}

/** Where workloads run; on neither, they get what the team has. */
const withPair = (command: Command): Command =>
  command
    .option('--project <project>', 'ID or name of the project that workloads run for')
    .option('--cluster <cluster>', 'ID or name of the cluster that they run on')
