import { interrupted } from '#cli/exit.ts'
import type { Io } from '#cli/io.ts'

/**
 * Asks on the terminal, which echoes and edits the line. Leaves typed-ahead input for the next question. Ctrl-C and
 * Ctrl-D reject.
 */
export const askVisibleLine = ({ stdin, stderr }: Pick<Io, 'stdin' | 'stderr'>, question: string): Promise<string> =>
  new Promise((resolve, reject) => {
    let typed = Buffer.alloc(0)
    const restore = (): void => {
      stdin.off('data', take).off('end', leave).off('error', leave).pause()
      process.off('SIGINT', leave)
    }
    const leave = (): void => {
      restore()
      stderr.write('\n')
      reject(interrupted())
    }
    const take = (chunk: Buffer): void => {
      typed = Buffer.concat([typed, chunk])
      const end = typed.indexOf(10)
      if (end < 0) return
      restore()
      if (end + 1 < typed.length) stdin.unshift(typed.subarray(end + 1))
      resolve(typed.toString('utf8', 0, end).replace(/\r$/, ''))
    }
    process.on('SIGINT', leave)
    stderr.write(question)
    stdin.on('data', take).on('end', leave).on('error', leave).resume()
  })
