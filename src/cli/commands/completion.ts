import type { Command } from 'commander'
import { bashCompletion } from '#cli/completion/bash.ts'
import { fishCompletion } from '#cli/completion/fish.ts'
import { placesOf } from '#cli/completion/tree.ts'
import { zshCompletion } from '#cli/completion/zsh.ts'

const scripts = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion }
export type Shell = keyof typeof scripts

/** The script that completes the words of a program in a shell, made from what the program takes. */
export const completionFor = (shell: Shell, program: Command): string => scripts[shell](placesOf(program))
