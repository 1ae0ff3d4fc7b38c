import { WrongMasterKey } from '#server/store/installation.ts'
import { ConfigError } from '../config.ts'
import { explainDatabase } from '../explain-database.ts'
import { type AdminCommand, misused, Refusal } from './command.ts'

// The entry of `npm run admin`. A command is loaded when it is called.

const commands: Record<string, () => Promise<AdminCommand>> = {
  backup: async () => (await import('./backup.ts')).backup,
  doctor: async () => (await import('./doctor.ts')).doctor,
  restore: async () => (await import('./restore.ts')).restore,
  'recovery-kit': async () => (await import('./recovery-kit.ts')).recoveryKit,
  'rotate-master-key': async () => (await import('./rotate-master-key.ts')).rotateMasterKeyCommand,
  'rotate-data-keys': async () => (await import('./rotate-data-keys.ts')).rotateDataKeysCommand,
}

const explain = (error: unknown): string => {
  if (error instanceof Refusal || error instanceof ConfigError || error instanceof WrongMasterKey) return error.message
  return explainDatabase(error) ?? `That did not work. ${error instanceof Error ? error.message : ''}`
}

const printUsage = async (): Promise<number> => {
  console.error('Usage: npm run admin -- COMMAND\n')
  for (const [name, load] of Object.entries(commands)) {
    const { forms, about } = await load()
    console.error(`${forms.map((form) => `  ${name} ${form}`.trimEnd()).join('\n')}\n      ${about}`)
  }
  return misused
}

const [name = '', ...given] = process.argv.slice(2)
const load = Object.hasOwn(commands, name) ? commands[name] : undefined
// What a command makes is its user's alone.
process.umask(0o077)
try {
  process.exitCode = await (load ? (await load()).run(given, process.env) : printUsage())
} catch (error) {
  console.error(explain(error))
  process.exitCode = error instanceof Refusal ? error.exitCode : 1
}
