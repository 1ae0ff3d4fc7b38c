import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { Bytes } from '#server/crypto/cipher.ts'
import { openMasterSeal } from '#server/crypto/master-seal.ts'
import { type Config, parseConfig } from '#server/node/config.ts'
import { peekKeyCheck } from '#server/node/database/open-database.ts'
import { masterKeySource, takeMasterKey } from '#server/node/keys/master-key.ts'
import { writeKeyFile } from '#server/node/keys/master-key-file.ts'
import { nodeCipher } from '#server/node/keys/node-cipher.ts'
import { keyOfWords, wordsOf } from '#server/node/keys/recovery-words.ts'
import { type AdminCommand, misused, Refusal } from './admin-command.ts'
import { placeOf } from './database-place.ts'
import { readWords } from './prompt-recovery-words.ts'
import { recoverySheet } from './recovery-sheet.ts'

export const recoveryKit: AdminCommand = {
  forms: ['', '--check', '--restore FILE'],
  about: 'Prints the master key as words and as a QR code, tests such words, or writes the key’s file from them.',
  run: async (given, environment) => {
    const { check, restore } = optionsIn(given)
    const config = parseConfig(environment)
    if (check) await checkWords(config)
    else if (restore === undefined) await print(config)
    else await restoreTo(resolve(restore), config)
    return 0
  },
}

const optionsIn = (given: readonly string[]) => {
  try {
    const options = { check: { type: 'boolean' }, restore: { type: 'string' } } as const
    const { values } = parseArgs({ args: [...given], options })
    if (values.check && values.restore !== undefined) throw new Error('Give --check or --restore FILE, not both.')
    if (values.restore === '') throw new Error('Name the file to write, after --restore.')
    return values
  } catch (error) {
    throw new Refusal((error as Error).message, misused)
  }
}

const print = async (config: Config): Promise<void> => {
  const source = masterKeySource(config.masterKey)
  const known = await peekKeyCheck(config.database)
  // A kit of a wrong key is worse than none: it would be found out on the day that it is needed.
  const key = known ? await takeMasterKey(source, known) : await source.read()
  if (!key) throw new Refusal(`There is no master key ${source.name}. Name its file with MASTER_KEY_FILE.`)
  const { id } = await openMasterSeal(key, nodeCipher)
  process.stdout.write(
    recoverySheet(wordsOf(key), {
      keyId: id,
      database: known ? placeOf(config.database) : 'none yet',
      date: new Date().toISOString().slice(0, 10),
      isTerminal: process.stdout.isTTY === true,
    }),
  )
  if (process.stdout.isTTY) console.error('Clear this terminal and its scroll-back when the kit is on paper.')
}

const checkWords = async ({ database }: Config): Promise<void> => {
  const known = await peekKeyCheck(database)
  if (!known) {
    throw new Refusal(
      'There is no database to check the words against. Set DATA_DIR or DATABASE_URL as the server has them.',
    )
  }
  const { keyId } = await enteredKey(known)
  console.log(`The words are right: they are the master key of ${placeOf(database)} (key ${keyId}).`)
}

const restoreTo = async (path: string, config: Config): Promise<void> => {
  // Asked before the words are typed, and decided again, by the system, when the file is made.
  if (existsSync(path)) throw taken(path)
  const known = await peekKeyCheck(config.database)
  const { key, keyId } = await enteredKey(known)
  try {
    writeKeyFile(path, key)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw code === 'EEXIST' ? taken(path) : new Refusal(`“${path}” could not be written. ${message}`)
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

const taken = (path: string) =>
  new Refusal(`“${path}” is there already. Nothing was written. Name another file, or move that one away.`)

/** The key that somebody enters as words; refused when it is not the one that `known` belongs to. */
const enteredKey = async (known: Uint8Array | undefined): Promise<{ key: Bytes; keyId: string }> => {
  const entered = keyOfWords(await readWords())
  if ('problem' in entered) throw new Refusal(entered.problem)
  const seal = await openMasterSeal(entered.key, nodeCipher)
  if (known && !(await seal.passesKeyCheck(known))) {
    throw new Refusal(
      `The words are a master key (${seal.id}), but not this database’s. Nothing was written. ` +
        'Take the kit of this installation, or set DATA_DIR or DATABASE_URL to the database that the kit names.',
    )
  }
  return { key: entered.key, keyId: seal.id }
}
