import { closeSync, fstatSync, openSync } from 'node:fs'
import { Socket } from 'node:net'
import type { Readable } from 'node:stream'
import type { Io } from '#cli/io.ts'
import { openOutputTerminal } from './output-terminal.ts'
import type { Pipe } from './pipes.ts'

type OutputName = 'stdout' | 'stderr'

/** Outputs of a program with the same destination, and whether that is a terminal. */
export type OutputRoute = { outputs: readonly OutputName[]; isTerminal: boolean }

/** A redirected output: the end of the program, and the end that is read here. */
export type OutputChannel = OutputRoute & {
  /** File descriptor for the program; `pipe` when Node creates one. */
  end: number | 'pipe'
  /** Starts reading. Missing for `pipe`, which exists only with the process. */
  source?(): Readable
  /** A file descriptor that the program must not inherit. */
  leaking?: number
  /** Resizes the pseudo-terminal to the current one. */
  resize?(): void
  /** Closes the end of the program, after it inherited it. */
  release(): void
}

/**
 * Returns the routes for the outputs: terminals stay terminals, and outputs to the same file stay together, so that
 * lines keep their order.
 */
export const outputRoutes = ({ stdout, stderr }: Io): OutputRoute[] => {
  const terminals = [stdout.isTTY === true, stderr.isTTY === true] as const
  if (terminals[0] === terminals[1] && (terminals[0] || isSameFile(1, 2))) {
    return [{ outputs: ['stdout', 'stderr'], isTerminal: terminals[0] }]
  }
  return [
    { outputs: ['stdout'], isTerminal: terminals[0] },
    { outputs: ['stderr'], isTerminal: terminals[1] },
  ]
}

const isSameFile = (one: number, other: number): boolean => {
  const [first, second] = [fstatSync(one), fstatSync(other)]
  return first.dev === second.dev && first.ino === second.ino
}

/**
 * Opens a channel for each route, with one pipe each. Without a pipe left, Node creates one for each output; their
 * lines may then arrive in another order.
 */
export const openOutputChannels = (io: Io, routes: readonly OutputRoute[], pipes: readonly Pipe[]): OutputChannel[] => {
  const left = [...pipes]
  return routes.flatMap((route): OutputChannel[] => {
    if (route.isTerminal) return [{ ...route, ...openOutputTerminal(io) }]
    const pipe = left.pop()
    if (!pipe) {
      return route.outputs.map((output) => ({ ...route, outputs: [output], end: 'pipe', release: () => undefined }))
    }
    return [
      {
        ...route,
        end: pipe.writing,
        source: () => new Socket({ fd: pipe.reading, readable: true, writable: false }),
        release: () => closeSync(pipe.writing),
      },
    ]
  })
}

/** Opens `/dev/null`, to replace a file descriptor that a program would inherit. */
export const openNullDevice = (): number => openSync('/dev/null', 'r')
