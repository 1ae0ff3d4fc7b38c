import { type Command, Option } from 'commander'
import type { Context } from '#cli/context.ts'

const collect = (value: string, before: string[] | undefined): string[] => [...(before ?? []), value]

export const declareRun = (program: Command, context: Context): void => {
  program
    .command('run')
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
    .addOption(new Option('--apiKey <key>', 'API key for this call only; it is visible to others on this machine'))
    .passThroughOptions()
    .action(async (words, options) => (await import('./run.ts')).run(context, words, options))
}
