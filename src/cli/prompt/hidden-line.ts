import { StringDecoder } from 'node:string_decoder'
import { interrupted } from '#cli/exit.ts'
import type { Io } from '#cli/io.ts'

const esc = '\u001b'

/** Bracketed paste: the terminal marks pasted text, which distinguishes its line breaks from Enter. */
const paste = {
  on: `${esc}[?2004h`,
  off: `${esc}[?2004l`,
  start: `${esc}[200~`,
  end: `${esc}[201~`,
}

/** Escape sequences of arrows and other keys, complete and incomplete, after the escape character. */
const keySequence = /^(?:\[[0-?]*[ -/]*[@-~]|O.)/s
const keyStart = /^(?:\[[0-?]*[ -/]*|O)?$/

/**
 * Asks on the terminal without echo, not even of the length. Backspace and Ctrl-U edit. Pasted text is taken as it is,
 * with its line breaks as LF. Ctrl-C and Ctrl-D reject.
 */
export const askHiddenLine = ({ stdin, stderr }: Pick<Io, 'stdin' | 'stderr'>, question: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const typed = typing()
    const decoder = new StringDecoder('utf8')
    const restore = (): void => {
      stdin.off('data', take).off('end', leave).off('error', leave).pause()
      stdin.setRawMode?.(false)
      stderr.write(`${paste.off}\n`)
      for (const signal of signals) process.off(signal, end)
    }
    const leave = (): void => {
      restore()
      reject(interrupted())
    }
    /** Node restores the mode of the terminal on exit, but not bracketed paste. */
    const end = (signal: NodeJS.Signals): void => {
      restore()
      process.kill(process.pid, signal)
    }
    const take = (chunk: Buffer): void => {
      const state = typed.take(decoder.write(chunk))
      if (state === 'unfinished') return
      if (state === 'left') leave()
      else {
        restore()
        resolve(typed.text())
      }
    }
    // Disable echo first: the user may type as soon as the question appears.
    stdin.setRawMode?.(true)
    stderr.write(question + paste.on)
    for (const signal of signals) process.on(signal, end)
    stdin.on('data', take).on('end', leave).on('error', leave).resume()
  })

const signals = ['SIGTERM', 'SIGHUP'] as const

/** Collects the keys of one answer. */
const typing = () => {
  let characters: string[] = []
  let rest = ''
  let isPasted = false

  /** Consumes one key from `rest` and returns its length, or 0 when it is incomplete. */
  const one = (): number => {
    if (rest.startsWith(paste.start)) {
      isPasted = true
      return paste.start.length
    }
    if (isPasted) {
      const end = rest.indexOf(paste.end)
      // The end mark may have arrived in part.
      const until = end >= 0 ? end : rest.length - partAtEnd(rest, paste.end)
      characters.push(...rest.slice(0, until).replaceAll('\r\n', '\n').replaceAll('\r', '\n'))
      if (end < 0) return until
      isPasted = false
      return end + paste.end.length
    }
    if (rest.startsWith(esc)) {
      const keys = rest.slice(1)
      return keyStart.test(keys) ? 0 : 1 + (keySequence.exec(keys)?.[0].length ?? 0)
    }
    const [character = ''] = rest
    if (character === '\u007f' || character === '\b') characters.pop()
    else if (character === '\u0015') characters = []
    else if (character === '\r' || character === '\n') characters.push('\n')
    else if (character >= ' ' || character === '\t') characters.push(character)
    return character.length
  }

  return {
    text: () => characters.join(''),
    take: (text: string): 'unfinished' | 'left' | 'done' => {
      rest += text
      while (rest !== '') {
        if (!isPasted) {
          if (rest[0] === '\u0003' || (rest[0] === '\u0004' && characters.length === 0)) return 'left'
          // Enter ends the answer. When more input follows, it is a paste on a terminal without bracketed paste. The
          // rest would otherwise go to the shell.
          if (/^(?:\r\n|\r|\n)$/.test(rest)) return 'done'
        }
        const taken = one()
        if (taken === 0) break
        rest = rest.slice(taken)
      }
      return 'unfinished'
    },
  }
}

/** Returns the length of the longest suffix that is the start of the mark. */
const partAtEnd = (text: string, mark: string): number => {
  for (let length = Math.min(mark.length - 1, text.length); length > 0; length--) {
    if (text.endsWith(mark.slice(0, length))) return length
  }
  return 0
}
