import { closeSync, fstatSync, openSync } from 'node:fs'
import { Socket } from 'node:net'
import type { Readable } from 'node:stream'
import type { Io } from '#cli/io.ts'
import { openOutputTerminal } from './output-terminal.ts'
import type { Pipe } from './pipes.ts'

export type Output = 'stdout' | 'stderr'

/** Which of a program's outputs go the same way, and whether that is to be a terminal. */
export type Route = { outputs: readonly Output[]; isTerminal: boolean }

/** A way for a program's output: what the program gets, and what is read here. */
export type Channel = Route & {
  /** A file descriptor for the program; `pipe` for what Node makes itself. */
  end: number | 'pipe'
  /** Begins to read. Missing for `pipe`, which is there with the program only. */
  source?(): Readable
  /** A file descriptor that the program would inherit and must not. */
  leaking?: number
  /** Gives a terminal this one's size. */
  resize?(): void
  /** Closes what belongs to the program, once it has it. */
  release(): void
}

/** What is a terminal is to stay one, and what is one file is to stay one, so that lines keep their order. */
export const routesOf = ({ stdout, stderr }: Io): Route[] => {
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
 * Opens a channel for each route. The pipes are used up one by one. Without one left, Node makes what it can, which is one
 * for each output: they go to the same place, but may get there in another order.
 */
export const openChannels = (io: Io, routes: readonly Route[], pipes: readonly Pipe[]): Channel[] => {
  const left = [...pipes]
  return routes.flatMap((route): Channel[] => {
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

/** A file descriptor of nothing, to put where a program would inherit another. */
export const openNothing = (): number => openSync('/dev/null', 'r')
