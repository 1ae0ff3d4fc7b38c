import { createVault, type Vault } from '#server/vault.ts'
import { Refusal } from '../admin/command.ts'
import { nodeCipher } from '../cipher.ts'
import type { Config } from '../config.ts'
import { masterKeySource } from '../master-key.ts'

/** A vault of the master key that there is. No key is made: what is asked for is about data that has one. */
export const existingVault = async (setting: Config['masterKey']): Promise<Vault> => {
  const source = masterKeySource(setting)
  const key = await source.read()
  if (key) return createVault(key, nodeCipher)
  throw new Refusal(
    `There is no master key ${source.name}. Nothing was done. Name its file with MASTER_KEY_FILE. Who has its recovery ` +
      'kit can write the file again: npm run admin -- recovery-kit --restore FILE',
  )
}
