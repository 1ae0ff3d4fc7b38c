import { hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { openPublicKey } from '#server/audit/checkpoint-signature.ts'
import { linesOf } from '#server/audit/read-lines.ts'
import { checkpointsIn, verifyTrail } from '#server/audit/verify-export.ts'

// Verifies an export of the audit trail, without a server.

const usage = `Usage: npm run audit:verify -- FILE --key PUBFILE [--checkpoint OLDER_FILE]
  FILE                     an export of the audit trail, from /v1/audit/export
  --key PUBFILE            the server's public key, from /v1/audit/key
  --checkpoint OLDER_FILE  an earlier export, to find what is missing or was rewritten since`

const fail = (message: string): never => {
  console.error(message)
  process.exit(1)
}

const parseOptions = () => {
  try {
    const options = { key: { type: 'string' }, checkpoint: { type: 'string' } } as const
    const { positionals, values } = parseArgs({ options, allowPositionals: true })
    const [file] = positionals
    if (file === undefined || positionals.length > 1) throw new Error('Name one file to verify.')
    if (values.key === undefined) throw new Error('Name the file with the server’s public key, by --key.')
    return { file, key: values.key, checkpoint: values.checkpoint }
  } catch (error) {
    return fail(`${(error as Error).message}\n${usage}`)
  }
}

const reasons: Record<string, string> = {
  ENOENT: 'There is no such file.',
  EISDIR: 'It is a folder.',
  EACCES: 'You may not read it.',
}

/** Reads a file. Exits with a message that names the file when that fails. */
const readOrFail = async <Result>(file: string, read: () => Promise<Result>): Promise<Result> => {
  try {
    return await read()
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    return fail(`“${file}” cannot be used. ${reasons[code ?? ''] ?? message}`)
  }
}

const lines = (file: string) => linesOf(createReadStream(file, { highWaterMark: 1024 * 1024 }))

const { file, key, checkpoint } = parseOptions()
const isSigned = await readOrFail(key, async () => openPublicKey(await readFile(key, 'utf8')))
const known = checkpoint === undefined ? [] : await readOrFail(checkpoint, () => checkpointsIn(lines(checkpoint)))
const sha256 = (text: string) => hash('sha256', text, 'hex')
const verdict = await readOrFail(file, () => verifyTrail({ lines: lines(file), isSigned, known, sha256 }))
if (!verdict.ok) fail(verdict.message)
else {
  console.log(`verified ${verdict.records} records`)
  // Printed in addition to the result: an older export verifies as well, and only this date tells them apart.
  console.error(`Its newest checkpoint was signed at ${verdict.signedAt}.`)
}
