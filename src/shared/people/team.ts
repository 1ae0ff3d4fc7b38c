import * as z from 'zod'
import { label } from '#shared/scope.ts'
import { chosenNamespace } from './namespace.ts'
import { team, teamSettings } from './session.ts'

export const newTeam = z.object({ name: label })
export type NewTeam = z.infer<typeof newTeam>

/** A team of the person, with its settings. */
export const teamDetails = team.extend(teamSettings.shape).meta({ id: 'TeamDetails' })
export type TeamDetails = z.infer<typeof teamDetails>

/** A number that a team has nearly reached, like 10,000 “members”. */
const nearLimit = z.object({ named: z.string(), most: z.int() })
export type NearLimit = z.infer<typeof nearLimit>

/** A team with its settings, and the numbers that it has nearly reached. */
export const teamOverview = teamDetails.extend({ nearLimits: z.array(nearLimit) }).meta({ id: 'TeamOverview' })
export type TeamOverview = z.infer<typeof teamOverview>

/** The shortest and the longest limit of sessions that a team may set, in minutes. */
export const sessionMinutes = { min: 5, max: 365 * 24 * 60 } as const

const minutes = z
  .int('Type a whole number of minutes.')
  .min(sessionMinutes.min, `Use at least ${sessionMinutes.min} minutes.`)
  .max(sessionMinutes.max, 'Use at most a year.')
  .nullable()

/** Changes a team. Null leaves a limit to the server. */
export const teamChange = z
  .object({
    name: label,
    namespace: chosenNamespace,
    secondFactor: z.enum(['optional', 'required'], 'Choose “optional” or “required”.'),
    sessionIdleMinutes: minutes,
    sessionMaxMinutes: minutes,
  })
  .partial()
export type TeamChange = z.infer<typeof teamChange>

/** Who may make another team: people who own one, or everybody with an account. */
export const teamCreators = ['owners', 'anyone'] as const
export type TeamCreators = (typeof teamCreators)[number]
