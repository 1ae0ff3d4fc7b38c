import { Argument, type Command } from 'commander'
import type { Context } from '#cli/context.ts'
import { withExamples } from '#cli/options/parse-options.ts'

export const declareCompletion = (program: Command, context: Context): void => {
  const completion = program
    .command('completion')
    .description('Print a script that completes commands and options in a shell.')
    .addArgument(new Argument('<shell>', 'the shell').choices(['bash', 'zsh', 'fish']))
  withExamples(completion, [
    ['bash, in ~/.bashrc', 'eval "$(gradient completion bash)"'],
    ['zsh, in ~/.zshrc after compinit', 'eval "$(gradient completion zsh)"'],
    ['fish', 'gradient completion fish > ~/.config/fish/completions/gradient.fish'],
  ]).action(async (shell) => {
    const { completionFor } = await import('./completion.ts')
    context.io.print(completionFor(shell, program))
  })
}
