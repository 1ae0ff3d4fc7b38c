import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { openMasterSeal } from '#server/crypto/master-seal.ts'
import type { Bytes } from '#server/crypto/web-crypto.ts'
import { type Config, describeDatabase, parseConfig } from '#server/node/config.ts'
import { peekKeyCheck } from '#server/node/database/open-database.ts'
import { findMasterKey, masterKeySource } from '#server/node/keys/master-key.ts'
import { writeKeyFile } from '#server/node/keys/master-key-file.ts'
import { nodeCipher } from '#server/node/keys/node-crypto.ts'
import { keyToWords, splitWords, wordCount, wordsToKey } from '#server/node/keys/recovery-words.ts'
import { type AdminCommand, AdminError, parseOptions, usageError } from './admin-command.ts'
import { formatRecoverySheet } from './recovery-sheet.ts'

export const recoveryKitCommand: AdminCommand = {
  forms: ['', '--check', '--restore FILE'],
  about: 'Prints the master key as words and as a QR code, tests such words, or writes the key’s file from them.',
  run: async (given, environment) => {
    const { check, restore } = optionsIn(given)
    const config = parseConfig(environment)
    if (check) await checkWords(config)
    else if (restore === undefined) await printKit(config)
    else await restoreKeyFile(resolve(restore), config)
    return 0
  },
}

const optionsIn = (given: readonly string[]) => {
  const options = { check: { type: 'boolean' }, restore: { type: 'string' } } as const
  const { values } = parseOptions({ args: [...given], options })
  if (values.check && values.restore !== undefined) throw usageError('Give --check or --restore FILE, not both.')
  if (values.restore === '') throw usageError('Name the file to write, after --restore.')
  return values
}

const printKit = async (config: Config): Promise<void> => {
  const source = masterKeySource(config.masterKey)
  const known = await peekKeyCheck(config.database)
  // A kit of a wrong key is worse than none: nobody would notice until the day they need it.
  const key = known ? await findMasterKey(source, known) : await source.read()
  if (!key) throw new AdminError(`There is no master key ${source.name}. Name its file with MASTER_KEY_FILE.`)
  const { id } = await openMasterSeal(key, nodeCipher)
  process.stdout.write(
    formatRecoverySheet(keyToWords(key), {
      keyId: id,
      database: known ? describeDatabase(config.database) : 'none yet',
      date: new Date().toISOString().slice(0, 10),
      isTerminal: process.stdout.isTTY === true,
    }),
  )
  if (process.stdout.isTTY) console.error('Clear this terminal and its scroll-back when the kit is on paper.')
}

const checkWords = async ({ database }: Config): Promise<void> => {
  const known = await peekKeyCheck(database)
  if (!known) {
    throw new AdminError(
      'There is no database to check the words against. Set DATA_DIR or DATABASE_URL as the server has them.',
    )
  }
  const { keyId } = await enteredKey(known)
  console.log(`The words are right: they are the master key of ${describeDatabase(database)} (key ${keyId}).`)
}

const restoreKeyFile = async (path: string, config: Config): Promise<void> => {
  // Checked before anybody types the words, and again, atomically, when the file is created.
  if (existsSync(path)) throw nameTaken(path)
  const known = await peekKeyCheck(config.database)
  const { key, keyId } = await enteredKey(known)
  try {
    writeKeyFile(path, key)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw code === 'EEXIST' ? nameTaken(path) : new AdminError(`“${path}” could not be written. ${message}`)
  }
  console.log(`The master key (${keyId}) is in ${path}.`)
  const isFound = config.masterKey.from === 'file' && config.masterKey.path === path
  if (!isFound) console.log(`Start the server with MASTER_KEY_FILE=${path}`)
  if (config.masterKey.from === 'file' && config.masterKey.kms !== undefined) {
    console.log(
      'Leave MASTER_KEY_KMS out for that: the file holds the key as it is, until rotate-master-key is run with it.',
    )
  }
  if (!known) console.error('There is no database here yet, so only the checksum of the words was checked.')
}

const nameTaken = (path: string) =>
  new AdminError(`“${path}” is there already. Nothing was written. Name another file, or move that one away.`)

/** Returns the key that an administrator enters as words. Throws {@link AdminError} when it does not match `known`. */
const enteredKey = async (known: Uint8Array | undefined): Promise<{ key: Bytes; keyId: string }> => {
  const entered = wordsToKey(await promptRecoveryWords())
  if ('problem' in entered) throw new AdminError(entered.problem)
  const seal = await openMasterSeal(entered.key, nodeCipher)
  if (known && !(await seal.passesKeyCheck(known))) {
    throw new AdminError(
      `The words are a master key (${seal.id}), but not this database’s. Nothing was written. ` +
        'Take the kit of this installation, or set DATA_DIR or DATABASE_URL to the database that the kit names.',
    )
  }
  return { key: entered.key, keyId: seal.id }
}

/** 128 plus the number of SIGINT, as for a process that the signal ends. */
const interrupted = 130

/**
 * Reads the words from the terminal or from a pipe. A terminal shows them, because people who copy 24 words must see
 * what they type. On a terminal, an empty line ends the input.
 */
const promptRecoveryWords = async (): Promise<string[]> => {
  const { stdin, stderr } = process
  const isTerminal = stdin.isTTY === true
  const lines = createInterface({ input: stdin, ...(isTerminal ? { output: stderr, historySize: 0 } : {}) })
  let stopped = false
  lines.once('SIGINT', () => {
    stopped = true
    lines.close()
  })
  const words: string[] = []
  const ask = () => {
    if (!isTerminal) return
    lines.setPrompt(`From word ${words.length + 1}: `)
    lines.prompt()
  }
  if (isTerminal) stderr.write('Type the words of the kit, one or more a line. They are shown.\n')
  ask()
  for await (const line of lines) {
    words.push(...splitWords(line))
    if (isTerminal && (words.length >= wordCount || line.trim() === '')) break
    ask()
  }
  lines.close()
  if (stopped) throw new AdminError('\nStopped. Nothing was written.', interrupted)
  return words
}
