import type { Selectable } from 'kysely'
import type { Schema } from '#server/store/db/schema.ts'
import type { Role } from '#shared/people/role.ts'
import type { Membership, TeamSettings } from '#shared/people/session.ts'

/** The columns of a team that {@link toMembership} reads. */
export const teamColumns = [
  'team.id',
  'team.namespace',
  'team.name',
  'team.second_factor',
  'team.session_idle_minutes',
  'team.session_max_minutes',
] as const

type SettingColumns = Pick<Selectable<Schema['team']>, 'second_factor' | 'session_idle_minutes' | 'session_max_minutes'>

type TeamRow = Pick<Selectable<Schema['team']>, 'id' | 'namespace' | 'name'> & SettingColumns

/** Returns a row of a team as a membership with this role. */
export const toMembership = (row: TeamRow & { role: Role }): Membership => ({
  id: row.id,
  namespace: row.namespace,
  name: row.name,
  role: row.role,
  ...toTeamSettings(row),
})

export const toTeamSettings = (row: SettingColumns): TeamSettings => ({
  secondFactor: row.second_factor ?? 'optional',
  sessionIdleMinutes: row.session_idle_minutes,
  sessionMaxMinutes: row.session_max_minutes,
})
