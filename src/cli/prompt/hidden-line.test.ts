import { PassThrough } from 'node:stream'
import { expect, it } from 'vitest'
import { askHiddenLine } from './hidden-line.ts'

/** Types chunks like a terminal; returns the answer and the output. */
const typing = async (...chunks: (string | Buffer)[]) => {
  const modes: boolean[] = []
  const stdin = Object.assign(new PassThrough(), { setRawMode: (raw: boolean) => modes.push(raw) })
  let shown = ''
  const stderr = new PassThrough().on('data', (chunk) => {
    shown += chunk
  })
  const answer = askHiddenLine({ stdin, stderr }, 'Value: ').catch((error: { exit: number }) => error.exit)
  for (const chunk of chunks) {
    stdin.write(chunk)
    await new Promise(setImmediate)
  }
  stdin.end()
  const given = await answer
  await new Promise(setImmediate)
  return { answer: given, modes, shown }
}

const nothingShown = 'Value: \u001b[?2004h\u001b[?2004l\n'
const pasted = (text: string) => `\u001b[200~${text}\u001b[201~`

it.each([
  ['a line', ['secret\r'], 'secret'],
  ['a line key by key', ['s', 'e', '\r'], 'se'],
  ['nothing', ['\r'], ''],
  ['a value that begins with a dash', ['-x\r'], '-x'],
  ['mistakes corrected', ['wrong', '\u0015', 'sectre', '\u007f', '\b', 'ret', '\r'], 'sectret'],
  ['a character of several bytes corrected', ['a😀', '\u007f', '\r'], 'a'],
  ['arrows and keys that mean nothing here', ['a\u001b[D\u001b[1;5Cb\u001bOP\u0001c\r'], 'abc'],
  ['an arrow that comes in two parts', ['a\u001b', '[', 'Db\r'], 'ab'],
  ['a tab', ['a\tb\r'], 'a\tb'],
  ['a paste of several lines', [pasted('one\rtwo\rthree'), '\r'], 'one\ntwo\nthree'],
  ['a paste in parts, cut within its marks', ['\u001b[20', '0~one\rt', 'wo\u001b[2', '01~', '\r'], 'one\ntwo'],
  ['a paste with control characters', [pasted('a\u0003\u007f\u0004b'), '\r'], 'a\u0003\u007f\u0004b'],
  ['several lines at once from a terminal that marks no paste', ['one\rtwo\r'], 'one\ntwo'],
])('accepts %s', async (_, chunks, value) => {
  const { answer, modes, shown } = await typing(...chunks)
  expect(answer).toBe(value)
  expect(modes).toEqual([true, false])
  expect(shown).toBe(nothingShown)
})

it('accepts characters that are split between chunks', async () => {
  const bytes = Buffer.from('ä€😀\r')
  for (let at = 1; at < bytes.length; at++) {
    expect((await typing(bytes.subarray(0, at), bytes.subarray(at))).answer).toBe('ä€😀')
  }
})

it.each([
  ['Ctrl-C', ['half\u0003']],
  ['Ctrl-D before anything', ['\u0004']],
  ['the end of the terminal', ['half']],
])('ends on %s, and restores the terminal', async (_, chunks) => {
  expect(await typing(...chunks)).toEqual({ answer: 130, modes: [true, false], shown: nothingShown })
})
