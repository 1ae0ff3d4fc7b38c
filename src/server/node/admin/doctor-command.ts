import { type Config, ConfigError, parseConfig } from '#server/node/config.ts'
import { type Finding, fail } from '#server/node/doctor/finding.ts'
import { runChecks } from '#server/node/doctor/run-checks.ts'
import { type AdminCommand, parseOptions } from './admin-command.ts'
import { progressBar } from './progress-bar.ts'

const options = { full: { type: 'boolean' }, json: { type: 'boolean' } } as const

export const doctorCommand: AdminCommand = {
  forms: ['[--full] [--json]'],
  about: 'Looks at settings, keys, database, disk, clock, values and audit trail, and writes nothing.',
  run: async (given, environment) => {
    const { full = false, json = false } = parseOptions({ args: [...given], options }).values
    const { progress, end } = progressBar(process.stderr)
    const config = configOf(environment)
    const findings = 'check' in config ? [config] : await runChecks(config, { full, progress })
    end()
    const failed = findings.some(({ level }) => level === 'fail')
    console.log(json ? JSON.stringify({ ok: !failed, findings }, undefined, 2) : findings.map(lineOf).join('\n'))
    return failed ? 1 : 0
  },
}

const configOf = (environment: Record<string, string | undefined>): Config | Finding => {
  try {
    return parseConfig(environment)
  } catch (error) {
    if (error instanceof ConfigError) return fail('settings', error.message, 'Then run doctor again.')
    throw error
  }
}

const lineOf = ({ level, check, found, todo }: Finding): string =>
  `${level.padEnd('warn'.length)}  ${check}: ${found}${todo === undefined ? '' : ` — ${todo}`}`
