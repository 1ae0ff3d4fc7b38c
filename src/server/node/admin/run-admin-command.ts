import { ConfigError } from '#server/node/config.ts'
import { explainDatabase } from '#server/node/database/explain-database-failure.ts'
import { WrongMasterKey } from '#server/store/keys/installation.ts'
import { Failure } from '#shared/failure.ts'
import { type AdminCommand, AdminError, usageExitCode } from './admin-command.ts'

/** The commands by name. Each is loaded when it is called. */
const commands: Record<string, () => Promise<AdminCommand>> = {
  'make-owner': async () => (await import('./recovery-commands.ts')).makeOwnerCommand,
  'remove-second-factor': async () => (await import('./recovery-commands.ts')).removeSecondFactorCommand,
  'reset-password': async () => (await import('./recovery-commands.ts')).resetPasswordCommand,
  backup: async () => (await import('./backup-command.ts')).backupCommand,
  doctor: async () => (await import('./doctor-command.ts')).doctorCommand,
  restore: async () => (await import('./restore-command.ts')).restoreCommand,
  'recovery-kit': async () => (await import('./recovery-kit-command.ts')).recoveryKitCommand,
  'rotate-master-key': async () => (await import('./rotate-master-key-command.ts')).rotateMasterKeyCommand,
  'rotate-data-keys': async () => (await import('./rotate-data-keys-command.ts')).rotateDataKeysCommand,
  'sign-rights': async () => (await import('./sign-rights-command.ts')).signRightsCommand,
}

const explain = (error: unknown): string => {
  if (
    error instanceof AdminError ||
    error instanceof ConfigError ||
    error instanceof WrongMasterKey ||
    error instanceof Failure
  )
    return error.message
  return explainDatabase(error) ?? `That did not work. ${error instanceof Error ? error.message : ''}`
}

const printUsage = async (): Promise<number> => {
  console.error('Usage: npm run admin -- COMMAND\n')
  for (const [name, load] of Object.entries(commands)) {
    const { forms, about } = await load()
    console.error(`${forms.map((form) => `  ${name} ${form}`.trimEnd()).join('\n')}\n      ${about}`)
  }
  return usageExitCode
}

/** Runs a command and prints an explanation when it fails. Resolves with the exit code. */
export const runAdminCommand = async (
  [name = '', ...given]: readonly string[],
  environment: Record<string, string | undefined>,
): Promise<number> => {
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined
  try {
    return await (load ? (await load()).run(given, environment) : printUsage())
  } catch (error) {
    console.error(explain(error))
    return error instanceof AdminError ? error.exitCode : 1
  }
}
