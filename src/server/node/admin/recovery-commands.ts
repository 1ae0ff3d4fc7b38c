import { newToken } from '#server/crypto/make-id.ts'
import { parseConfig, publicAddress } from '#server/node/config.ts'
import { masterKeySource } from '#server/node/keys/master-key.ts'
import { nodeSha256 } from '#server/node/keys/node-crypto.ts'
import { type OperatorRecovery, operatorRecovery } from '#server/store/people/operator-recovery.ts'
import { rightsOf } from '#server/store/rights/rights.ts'
import { resetMinutes } from '#shared/people/member.ts'
import { type AdminCommand, parseOptions, usageError } from './admin-command.ts'
import { withInstallation } from './open-installation.ts'

/** Runs `work` with the operator's ways to let people in again. */
const withRecovery = <Done>(
  environment: Record<string, string | undefined>,
  work: (recovery: OperatorRecovery) => Promise<Done>,
): Promise<Done> => {
  const config = parseConfig(environment)
  return withInstallation(config, masterKeySource(config.masterKey), ({ db, kind, append }) =>
    work(operatorRecovery(db, kind, { append, rights: rightsOf(db), now: () => Date.now() })),
  )
}

/** Returns exactly these many arguments. Throws the usage error `missing` otherwise. */
const parsePositionals = (positionals: readonly string[], count: number, missing: string): string[] => {
  if (positionals.length !== count || positionals.includes('')) throw usageError(missing)
  return [...positionals]
}

export const resetPasswordCommand: AdminCommand = {
  forms: ['EMAIL'],
  about: `Prints a link with which a person sets a new password, once within ${resetMinutes} minutes.`,
  run: async (given, environment) => {
    const { positionals } = parseOptions({ args: [...given], options: {}, allowPositionals: true })
    const [email = ''] = parsePositionals(positionals, 1, 'Name the email of one person.')
    const config = parseConfig(environment)
    const token = newToken()
    const reset = { digest: nodeSha256(token), expiresAt: Date.now() + resetMinutes * 60_000 }
    const person = await withRecovery(environment, ({ createReset }) => createReset(email, reset))
    console.log(
      `A link for a new password of ${person.name}, ${person.email}. It works once within ${resetMinutes} minutes.`,
    )
    console.log('An older link of theirs is of no use any more. A second factor, if they have one, is still asked for.')
    console.log(`${publicAddress(config, config.port)}/reset#token=${token}`)
    return 0
  },
}

export const removeSecondFactorCommand: AdminCommand = {
  forms: ['[--passkeys] EMAIL'],
  about: 'Removes the authenticator app and the recovery codes of a person; with --passkeys, their passkeys too.',
  run: async (given, environment) => {
    const { values, positionals } = parseOptions({
      args: [...given],
      options: { passkeys: { type: 'boolean', default: false } },
      allowPositionals: true,
    })
    const [email = ''] = parsePositionals(positionals, 1, 'Name the email of one person.')
    const removed = await withRecovery(environment, ({ removeSecondFactor }) => removeSecondFactor(email, values))
    const { authenticator, passkeys } = removed
    console.log(
      authenticator
        ? 'The authenticator app and the recovery codes are removed. Their password is enough to sign in.'
        : 'There was no authenticator app to remove.',
    )
    if (passkeys.length > 0) {
      const names = passkeys.map((name) => `  ${name}`).join('\n')
      console.log(
        removed.removedPasskeys
          ? `These passkeys are removed:\n${names}`
          : `These passkeys stay, because each is a way to sign in of its own. --passkeys removes them:\n${names}`,
      )
    }
    console.log('All their sessions have ended.')
    return 0
  },
}

export const makeOwnerCommand: AdminCommand = {
  forms: ['TEAM EMAIL'],
  about: 'Makes a person an owner of a team, given by its ID or its address. They join it when they are not in it.',
  run: async (given, environment) => {
    const { positionals } = parseOptions({ args: [...given], options: {}, allowPositionals: true })
    const [team = '', email = ''] = parsePositionals(positionals, 2, 'Name a team and the email of one person.')
    const made = await withRecovery(environment, ({ makeOwner }) => makeOwner(team, email))
    const before = made.before === undefined ? 'was not in it' : `was ${made.before}`
    console.log(`${made.person.name} is an owner of “${made.team}” now, and ${before}. All their sessions have ended.`)
    return 0
  },
}
