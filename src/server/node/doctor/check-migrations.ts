import { knowsMigration, lastMigration } from '#server/store/db/migrations.ts'
import { type Finding, fail, ok, warn } from './finding.ts'

/** Compares the form of the database with that of this version; `last` is the last migration that it has had. */
export const lookAtForm = (last: string): Finding => {
  if (!knowsMigration(last)) {
    const found = `A newer version of Gradient Secrets has changed the database (${last}).`
    return fail('form', found, 'Start that version: this one cannot read what it wrote.')
  }
  if (last === lastMigration) return ok('form', `It is the current one (${last}).`)
  return warn('form', `It is older (${last}) than this version’s (${lastMigration}).`, 'The next start changes it.')
}
