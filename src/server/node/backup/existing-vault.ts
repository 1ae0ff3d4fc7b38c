import type { Vault } from '#server/crypto/vault.ts'
import { Refusal } from '#server/node/admin/admin-command.ts'
import type { Config } from '#server/node/config.ts'
import { masterKeySource, vaultFrom } from '#server/node/keys/master-key.ts'

/** A vault of the master key that there is. No key is made: what is asked for is about data that has one. */
export const existingVault = async (setting: Config['masterKey']): Promise<Vault> => {
  const source = masterKeySource(setting)
  const vault = await vaultFrom(source)
  if (vault) return vault
  throw new Refusal(
    `There is no master key ${source.name}. Nothing was done. Name its file with MASTER_KEY_FILE. Who has its recovery ` +
      'kit can write the file again: npm run admin -- recovery-kit --restore FILE',
  )
}
