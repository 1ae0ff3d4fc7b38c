import { PassThrough, Readable } from 'node:stream'
import { processIo } from '#cli/process-io.ts'
import { runProgram } from '#cli/run-program.ts'

export type InProcessOptions = {
  env?: Record<string, string | undefined>
  cwd?: string
  home?: string
  /** Content of stdin. */
  input?: string | Uint8Array
  /** Answer to yes-or-no questions; `undefined` when there is no terminal. */
  answer?: boolean
  /** Whether stderr is a terminal. */
  terminal?: boolean
}

/** Runs a command line in this process. */
export const runInProcess = async (
  args: readonly string[],
  {
    env = {},
    cwd = '/nonexistent',
    home = '/nonexistent',
    input = '',
    answer,
    terminal = false,
  }: InProcessOptions = {},
): Promise<{ code: number; stdout: string; stderr: string; asked: string[] }> => {
  const said = { stdout: '', stderr: '' }
  const sink = (name: keyof typeof said) =>
    new PassThrough().on('data', (chunk: Buffer) => {
      said[name] += chunk.toString()
    })
  const asked: string[] = []
  const [stdout, stderr] = [sink('stdout'), Object.assign(sink('stderr'), { isTTY: terminal })]
  const code = await runProgram(args, {
    ...processIo(),
    stdin: Readable.from([Buffer.from(input as Uint8Array)]),
    stdout,
    stderr,
    env,
    cwd,
    home,
    interactive: answer !== undefined,
    print: (line) => void stdout.write(`${line}\n`),
    note: (line) => void stderr.write(`${line}\n`),
    confirm: async (question) => {
      asked.push(question)
      return answer === true
    },
  })
  return { code, ...said, asked }
}
