import { parseConfig } from '#server/node/config.ts'
import { masterKeySource } from '#server/node/keys/master-key.ts'
import { RotationInProgress, withRotationLock } from '#server/node/keys/rotation-lock.ts'
import { countToReseal, rotateDataKeys, type Unopened } from '#server/store/keys/rotate-data-keys.ts'
import { eraser } from '#server/store/open-store.ts'
import { type AdminCommand, AdminError, parseOptions } from './admin-command.ts'
import { type OpenInstallation, requireKeyCheck, withInstallation } from './open-installation.ts'
import { progressBar } from './progress-bar.ts'

export const rotateDataKeysCommand: AdminCommand = {
  forms: ['[--team ID]'],
  about: 'Gives each team, or one, a new data key and seals every value anew with it, beside the servers.',
  run: async (given, environment) => {
    const { team } = parseOptions({ args: [...given], options: { team: { type: 'string' } } }).values
    const config = parseConfig(environment)
    // Also reports a missing database before a lock file is created next to it.
    await requireKeyCheck(config)
    try {
      const unopened = await withRotationLock(config.database, () =>
        withInstallation(config, masterKeySource(config.masterKey), (installation) => rotateAll(installation, team)),
      )
      if (unopened.length > 0) throw new AdminError(describeUnopened(unopened))
    } catch (error) {
      throw error instanceof RotationInProgress ? new AdminError(error.message) : error
    }
    return 0
  },
}

const rotateAll = async (installation: OpenInstallation, only: string | undefined): Promise<Unopened[]> => {
  const { db, kind, vault, append } = installation
  const teams = await db.selectFrom('team').select(['id', 'name']).orderBy('id').execute()
  const chosen = only === undefined ? teams : teams.filter(({ id }) => id === only)
  if (only !== undefined && chosen.length === 0) {
    throw new AdminError(
      `There is no team “${only}”. There are: ${teams.map(({ id, name }) => `${id} (${name})`).join(', ')}`,
    )
  }
  const unopenedValues: Unopened[] = []
  for (const { id, name } of chosen) {
    const bar = progressBar(process.stderr)
    const all = await countToReseal(db, id)
    const progress = (done: number) => bar.progress(`Sealing anew ${name}`, done, all)
    const rotated = rotateDataKeys(db, kind, id, { vault, append, now: () => Date.now(), progress })
    const { continued, resealed, unopened } = await rotated.finally(bar.end)
    unopenedValues.push(...unopened)
    const count = `${resealed.toLocaleString('en')} ${resealed === 1 ? 'value was' : 'values were'} sealed anew`
    const went = continued ? ', going on with a rotation that had been cut short' : ''
    const keys = unopened.length > 0 ? 'the keys before stay' : 'the keys before are deleted'
    await eraser(db, kind)()
    console.log(`${name} (${id}): ${count}${went}; ${keys}.`)
  }
  return unopenedValues
}

/** Maximum number of values that are listed one by one. */
const maxListed = 10

const describeUnopened = (unopened: readonly Unopened[]): string => {
  const list = unopened
    .slice(0, maxListed)
    .map(({ table, scopeId, name, version }) => `  ${name}, version ${version}, in ${scopeId} (table ${table})`)
  const more = unopened.length > maxListed ? [`  and ${(unopened.length - maxListed).toLocaleString('en')} more`] : []
  return [
    `${unopened.length === 1 ? 'One value does' : `${unopened.length.toLocaleString('en')} values do`} not open, and stay as they were:`,
    ...list,
    ...more,
    'They were damaged or moved before. Set them anew or purge them, then run this again to delete the older keys.',
  ].join('\n')
}
