import { Argument, type Command } from 'commander'
import { bashCompletion } from '#cli/completion/bash.ts'
import { commandNodes } from '#cli/completion/command-tree.ts'
import { fishCompletion } from '#cli/completion/fish.ts'
import { zshCompletion } from '#cli/completion/zsh.ts'
import type { Context } from '#cli/context.ts'
import { withExamples } from '#cli/options/declare-options.ts'

const scripts = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion }

/** Prints the script that completes the words of the whole program in a shell, made from its declarations. */
export const completionCommand = (command: Command, { io }: Context): void => {
  command
    .description('Print a script that completes commands and options in a shell.')
    .addArgument(new Argument('<shell>', 'the shell').choices(Object.keys(scripts)))
    .action((shell: keyof typeof scripts) => {
      if (command.parent) io.print(scripts[shell](commandNodes(command.parent)))
    })
  withExamples(command, [
    ['bash, in ~/.bashrc', 'eval "$(gradient completion bash)"'],
    ['zsh, in ~/.zshrc after compinit', 'eval "$(gradient completion zsh)"'],
    ['fish', 'gradient completion fish > ~/.config/fish/completions/gradient.fish'],
  ])
}
