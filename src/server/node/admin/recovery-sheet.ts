import { generate } from 'lean-qr'

const columns = 4
const widest = 'abcdefgh'.length

/** Formats the printed sheet: the words in numbered rows and as a QR code, and what they are for. */
export const formatRecoverySheet = (
  words: readonly string[],
  { keyId, database, date, isTerminal }: { keyId: string; database: string; date: string; isTerminal: boolean },
): string => {
  const cells = words.map((word, index) => `${`${index + 1}`.padStart(4)} ${word.padEnd(widest)}`)
  const rows = cells.flatMap((_, index) =>
    index % columns === 0
      ? [
          cells
            .slice(index, index + columns)
            .join(' ')
            .trimEnd(),
        ]
      : [],
  )
  return `Gradient Secrets: recovery kit

These ${words.length} words are the master key. With them and the database, or a backup of it, every value can be
opened; without the master key, none can. Keep them on paper, apart from the data and its backups.

${rows.join('\n')}

Key       ${keyId}
Database  ${database}
Printed   ${date}

Test it   npm run admin -- recovery-kit --check
Use it    npm run admin -- recovery-kit --restore FILE

The words once more, for a camera that you trust:

${qrCode(words.join(' ').toUpperCase(), isTerminal)}
`
}

/** Width of the white border that a QR code needs, in modules. */
const margin = 4

/**
 * Draws a QR code with two rows of modules per line. A terminal needs explicit colors, because dark themes would invert
 * the code. Uppercase text makes a smaller code.
 */
const qrCode = (text: string, isTerminal: boolean): string => {
  const code = generate(text)
  const lines: string[] = []
  for (let y = -margin; y < code.size + margin; y += 2) {
    let line = ''
    for (let x = -margin; x < code.size + margin; x++) line += block(code.get(x, y), code.get(x, y + 1))
    lines.push(isTerminal ? `\u001b[38;5;16;48;5;231m${line}\u001b[0m` : line.trimEnd())
  }
  return lines.join('\n')
}

const block = (upper: boolean, lower: boolean): string => {
  if (upper) return lower ? '█' : '▀'
  return lower ? '▄' : ' '
}
