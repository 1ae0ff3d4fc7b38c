import { openMasterSeal } from '#server/crypto/master-seal.ts'
import { type Config, parseConfig } from '#server/node/config.ts'
import { findMasterKey, masterKeySource } from '#server/node/keys/master-key.ts'
import { replaceKeyWithNext } from '#server/node/keys/master-key-file.ts'
import { nodeCipher } from '#server/node/keys/node-crypto.ts'
import { RotationInProgress, withRotationLock } from '#server/node/keys/rotation-lock.ts'
import { OtherMasterKey, rotateMasterKey } from '#server/store/keys/rotate-master-key.ts'
import { type AdminCommand, AdminError, parseOptions, usageError } from './admin-command.ts'
import { prepareNextKey } from './next-master-key.ts'
import { requireKeyCheck, withInstallation } from './open-installation.ts'

export const rotateMasterKeyCommand: AdminCommand = {
  forms: ['', '--to FILE', '--prepare'],
  about: 'Gives the installation a new master key, made or taken from a file; or only prepares it, for several nodes.',
  run: async (given, environment) => {
    const options = optionsIn(given)
    const config = parseConfig(environment)
    try {
      // Also reports a missing database before a lock file is created next to it.
      await requireKeyCheck(config)
      for (const line of await withRotationLock(config.database, () => rotateToNextKey(config, options)))
        console.log(line)
    } catch (error) {
      throw error instanceof RotationInProgress || error instanceof OtherMasterKey
        ? new AdminError(error.message)
        : error
    }
    return 0
  },
}

type Options = { to?: string | undefined; prepare?: boolean | undefined }

const optionsIn = (given: readonly string[]): Options => {
  const options = { to: { type: 'string' }, prepare: { type: 'boolean' } } as const
  const { values } = parseOptions({ args: [...given], options })
  if (values.to === '') throw usageError('Name the file of the new key, after --to.')
  return values
}

/** The steps after which a rotation can be interrupted; tests interrupt it there. */
export type RotationStep = 'next key kept' | 'database changed' | 'file replaced'

/** Rotates the master key and resolves with the lines to print. The caller holds the rotation lock. */
export const rotateToNextKey = async (
  config: Config,
  options: Options,
  after: (step: RotationStep) => void = () => undefined,
): Promise<string[]> => {
  const { masterKey: setting } = config
  // Ignores MASTER_KEY_KMS: the current key may be a plain one that a KMS key replaces.
  const source = masterKeySource(setting.from === 'file' ? { ...setting, kms: undefined } : setting)
  const current = await openMasterSeal(await findMasterKey(source, await requireKeyCheck(config)), nodeCipher)
  const next = await openMasterSeal(await prepareNextKey(setting, source, options), nodeCipher)
  after('next key kept')
  if (options.prepare && next.id !== current.id) return preparedLines(config, next.id)

  const outcome =
    next.id === current.id
      ? undefined
      : await withInstallation(config, source, ({ db, append }) =>
          rotateMasterKey(db, { from: current, to: next, append, at: Date.now() }),
        )
  after('database changed')
  if (setting.from === 'environment') return environmentLines(next.id, outcome?.dataKeys)
  const old = await settle(setting.path, outcome ? current.id : undefined)
  after('file replaced')
  const begin = outcome
    ? `The master key is now ${next.id}, in ${setting.path}. ${keys(outcome.dataKeys)} wrapped with it.`
    : `The rotation that was begun is complete: the master key is ${next.id}, in ${setting.path}.`
  return [
    begin,
    `The one before is kept in ${old}. It opens backups from before, and nothing here any more: move it to a safe place.`,
    'Print a new recovery kit: npm run admin -- recovery-kit',
  ]
}

const keys = (count: number) => (count === 1 ? '1 data key is' : `${count} data keys are`)

/**
 * Replaces the current key with the next one. After an interrupted rotation, reads the id of the old key from its file.
 */
const settle = async (path: string, oldId: string | undefined): Promise<string> => {
  if (oldId !== undefined) return replaceKeyWithNext(path, oldId)
  const before = await masterKeySource({ from: 'file', path }).read()
  return replaceKeyWithNext(path, before ? (await openMasterSeal(before, nodeCipher)).id : 'none')
}

const preparedLines = ({ masterKey: setting }: Config, id: string): string[] => {
  if (setting.from === 'environment') return [`The next master key is ${id}, in MASTER_KEY_NEXT.`]
  return [
    `The next master key is ${id}, in ${setting.path}.next. The one in use is the same as before.`,
    'Copy the file to the same place on every node, then run rotate-master-key on one of them.',
  ]
}

const environmentLines = (id: string, dataKeys: number | undefined): string[] => [
  dataKeys === undefined
    ? `The master key is ${id}, of MASTER_KEY_NEXT, already.`
    : `The master key is now ${id}, of MASTER_KEY_NEXT. ${keys(dataKeys)} wrapped with it.`,
  'Set MASTER_KEY to it on every node and leave MASTER_KEY_NEXT out, one node after the other.',
  'Print a new recovery kit: npm run admin -- recovery-kit',
]
