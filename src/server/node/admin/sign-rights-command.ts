import { parseConfig } from '#server/node/config.ts'
import { masterKeySource } from '#server/node/keys/master-key.ts'
import { findUnsigned } from '#server/store/rights/find-unsigned.ts'
import { nameOfRow } from '#server/store/rights/record-forgeries.ts'
import { rightsOf } from '#server/store/rights/rights.ts'
import { signRights } from '#server/store/rights/sign-rights.ts'
import { type AdminCommand, parseOptions } from './admin-command.ts'
import { listRights } from './list-rights.ts'
import { withInstallation } from './open-installation.ts'

export const signRightsCommand: AdminCommand = {
  forms: ['[--yes]'],
  about:
    'Lists who may do what; with --yes, signs it, so that anyone who writes to the database cannot change it any more.',
  run: async (given, environment) => {
    const { yes = false } = parseOptions({ args: [...given], options: { yes: { type: 'boolean' } } }).values
    const config = parseConfig(environment)
    return withInstallation(config, masterKeySource(config.masterKey), async ({ db, vault, append }) => {
      const rights = rightsOf(db)
      const wasEnforced = rights.isEnforced()
      const { unsigned } = await findUnsigned(db, rights.code)
      if (wasEnforced && unsigned.length === 0) {
        console.log('Everything is signed already, and what is not signed is refused. There is nothing to do.')
        return 0
      }
      for (const line of await listRights(db)) console.log(line)
      console.log('')
      if (wasEnforced) {
        console.log('These rows were not written by this product, and are refused:')
        for (const forgery of unsigned) console.log(`  ${nameOfRow(forgery)}`)
      }
      if (!yes) {
        console.log(
          `${unsigned.length} rows are to be signed. Nothing was written. Check the list: what is signed counts from ` +
            'then on. Then stop the servers of releases before this one, and run it again with --yes.',
        )
        return 1
      }
      const signed = await signRights(db, { vault, rights, append, at: Date.now() })
      console.log(`${signed} rows are signed. Rows that are not signed are refused from now on.`)
      if (!wasEnforced) {
        console.log('Servers of releases before this one do not start any more.')
        // The old key check would switch the codes off again, if somebody put it back.
        console.log(
          'Give the installation a new master key, so that nothing from before counts: npm run admin -- rotate-master-key',
        )
      }
      return 0
    })
  },
}
