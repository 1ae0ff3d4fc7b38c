import { readdirSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Vault } from '#server/crypto/vault.ts'
import type { Config } from '#server/node/config.ts'
import { masterKeySource, vaultFromSource } from '#server/node/keys/master-key.ts'
import { type Finding, fail, ok, warn } from './finding.ts'

/** Checks that there is a master key, that it belongs to this database, and that nobody else can read it. */
export const checkMasterKey = async (
  setting: Config['masterKey'],
  keyCheck: Uint8Array | undefined,
): Promise<{ findings: Finding[]; vault: Vault | undefined }> => {
  const source = masterKeySource(setting)
  const vault = await vaultFromSource(source)
  if (!vault) {
    const todo = 'Put its file back, or write it from the recovery kit: npm run admin -- recovery-kit --restore FILE'
    return { findings: [fail('master key', `There is none ${source.name}.`, todo)], vault: undefined }
  }
  // Before anything else: during a rotation, this switches the vault to the key that belongs to the database.
  const passes = keyCheck === undefined || (await vault.passesKeyCheck(keyCheck))
  const name = `Key ${vault.masterKeyId()}, ${setting.from === 'file' ? 'in ' : ''}${source.name}`
  if (!passes) {
    const todo = 'Set MASTER_KEY or MASTER_KEY_FILE to the key that the database was made with.'
    return { findings: [fail('master key', `${name}: it does not belong to this database.`, todo)], vault: undefined }
  }
  const belongs = keyCheck ? 'belongs to this database' : 'no database yet to hold it against'
  const readers = setting.from === 'file' ? checkPermissions('master key', keyFiles(setting.path)) : []
  return { findings: [ok('master key', `${name}: ${belongs}.`), ...readers], vault }
}

/** Returns a master key's file with its next and older keys, which still open older backups. */
const keyFiles = (path: string): [string, ...string[]] => {
  const [folder, name] = [dirname(path), basename(path)]
  const otherKeyFiles = readdirSync(folder).filter(
    (other) => other === `${name}.next` || other.startsWith(`${name}.old-`),
  )
  return [path, ...otherKeyFiles.toSorted().map((other) => join(folder, other))]
}

/** Warns about files, and their folder, that users other than the owner can access. */
export const checkPermissions = (check: string, [path, ...more]: readonly [string, ...string[]]): Finding[] => {
  if (process.platform === 'win32') return []
  return [...[path, ...more].map((at) => ({ at, wanted: '0600' })), { at: dirname(path), wanted: '0700' }].flatMap(
    ({ at, wanted }) => {
      const mode = statSync(at).mode & 0o777
      if ((mode & 0o077) === 0) return []
      const shown = `0${mode.toString(8).padStart(3, '0')}`
      return [warn(check, `${at} is open to other users (${shown}).`, `chmod ${wanted} ${at}`)]
    },
  )
}
