import { countWords } from '#console/ui/layout/count-words.ts'
import { type ApiKey, expiryWarningDays } from '#shared/people/api-key.ts'
import { dayWords } from '#shared/relative-time-words.ts'
import { accessRights, expiryDate, type KeyDraft } from './key-draft.ts'

const hour = 3_600_000
const day = 24 * hour

/** Number of days before the expiry at which the warning starts. */
const [warnDays] = expiryWarningDays

/** Returns what a key may do, in words. */
export const accessWords = (access: ApiKey['access']): string => {
  if (access.length > 1) return 'Manages secrets and runs workloads'
  return access[0] === 'run' ? 'Runs workloads' : 'Manages secrets'
}

/** Returns the summary of a new key's options: “Manages secrets · project web · expires 3 May”. */
export const draftWords = (draft: KeyDraft, now: number): string => {
  const { access, project, cluster } = draft
  const end = expiryDate(draft, now)
  const parts = [
    draft.owner === 'team' && 'Belongs to the team',
    accessWords(accessRights(access)),
    project && `project ${project.name}`,
    cluster && `cluster ${cluster.name}`,
    draft.addresses.trim() !== '' && 'only from some addresses',
    end !== undefined && expiryWords(end?.toISOString() ?? null, now).text,
  ]
  return parts.filter(Boolean).join(' · ')
}

/** Returns when a key expires, in words relative to `now`, and whether that is soon or past. */
export const expiryWords = (
  expiresAt: string | null,
  now: number,
): { text: string; state: 'far' | 'near' | 'past' } => {
  if (expiresAt === null) return { text: 'never expires', state: 'far' }
  const end = new Date(expiresAt)
  const left = end.getTime() - now
  const words = dayWords(end, new Date(now))
  if (left <= 0) return { text: `expired ${words}`, state: 'past' }
  if (left >= warnDays * day) return { text: `expires ${words}`, state: 'far' }
  if (left < hour) return { text: 'expires within the hour', state: 'near' }
  return {
    text: `expires in ${left < day ? countWords(Math.floor(left / hour), 'hour') : countWords(Math.floor(left / day), 'day')}`,
    state: 'near',
  }
}
