import { CommanderError } from 'commander'
import { CommandError, exitCodeFor, exitCodes } from '#cli/exit.ts'
import type { Io } from '#cli/io.ts'
import { Failure } from '#shared/failure.ts'
import { printable } from './printable.ts'

/** Prints an error to stderr and returns the exit code. */
export const reportError = (error: unknown, io: Pick<Io, 'note'>): number => {
  // Help and version end with an error of code 0, after printing.
  if (error instanceof CommanderError && error.exitCode === 0) return 0
  for (const line of linesFor(error)) io.note(printable(line))
  return error instanceof CommanderError ? exitCodes.usage : exitCodeFor(error)
}

const linesFor = (error: unknown): string[] => {
  if (error instanceof CommanderError) return usageLines(error)
  if (error instanceof CommandError) return [error.message, error.hint ?? ''].flatMap(inLines)
  if (error instanceof Failure) return failureLines(error).flatMap(inLines)
  return faultLines(error)
}

const inLines = (text: string): string[] => (text === '' ? [] : text.split('\n'))

/** Removes arguments from usage errors: a misplaced one may be a value. */
const usageLines = ({ code, message }: CommanderError): string[] => {
  if (code === 'commander.help') return []
  const text = message
    .replace(/^error: /, '')
    .replace(/^command-argument value '(.*)' is invalid for argument '(\w+)'\./s, '“$1” is no $2.')
  const words =
    code === 'commander.excessArguments'
      ? `${text.replace(/: .*$/s, '')}. Put quotes around what has spaces in it.`
      : code === 'commander.unknownOption'
        ? text.replace(/^(unknown option '[^'=]*)=.*'/s, "$1'")
        : text
  const [first = '', ...rest] = words.split('\n')
  return [first.charAt(0).toUpperCase() + first.slice(1), ...rest, 'Add --help to see how it is used.']
}

const failureLines = ({ code, message, cause, retryAfter, requestId }: Failure): string[] => {
  if (code === 'UNAUTHORIZED') return [message, 'Run “gradient login” to get another key.']
  // The message of this failure is for the console, which can be reloaded.
  if (code === 'INTERNAL_SERVER_ERROR' && cause) {
    return [
      'The server’s answer has an unknown form.',
      'Check its address, and that it has the version of this program.',
    ]
  }
  if (code === 'INTERNAL_SERVER_ERROR' && requestId) return [message, `Its log knows the request as ${requestId}.`]
  return retryAfter && !message.includes(`${retryAfter}`) ? [message, `Try again in ${retryAfter} seconds.`] : [message]
}

/** Returns the name and the location of an unexpected error. Its message may quote data. */
const faultLines = (error: unknown): string[] => {
  const { name = 'Error', stack = '' } = error instanceof Error ? error : {}
  const place = /^\s+at (?:async )?(.*)$/m.exec(stack)?.[1]
  return ['Something went wrong inside gradient.', place ? `${name} at ${place}` : name]
}
