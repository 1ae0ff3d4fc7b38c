import { explainDatabase } from '#server/node/database/explain-database-failure.ts'

/** The result of one check; `todo` says what to do about it. Neither shows a value, a key or a password. */
export type Finding = { level: 'ok' | 'warn' | 'fail'; check: string; found: string; todo?: string }

export const ok = (check: string, found: string, todo?: string): Finding => finding('ok', check, found, todo)
export const warn = (check: string, found: string, todo: string): Finding => finding('warn', check, found, todo)
export const fail = (check: string, found: string, todo: string): Finding => finding('fail', check, found, todo)

const finding = (level: Finding['level'], check: string, found: string, todo?: string): Finding => ({
  level,
  check,
  found,
  ...(todo === undefined ? {} : { todo }),
})

/** Runs a check. An error that it throws becomes a failed finding. */
export const tryCheck = async (
  check: string,
  look: () => Finding | Finding[] | Promise<Finding | Finding[]>,
): Promise<Finding[]> => {
  try {
    return [await look()].flat()
  } catch (error) {
    const found = explainDatabase(error) ?? (error instanceof Error ? error.message : 'It could not be looked at.')
    return [fail(check, found, 'Repair that first, then run doctor again.')]
  }
}

export const restoreAdvice = 'Restore a backup into an empty database: npm run admin -- restore FILE'
