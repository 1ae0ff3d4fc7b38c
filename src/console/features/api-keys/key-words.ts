import type { ApiKey } from '#shared/people/api-key.ts'
import { dayWords } from '#shared/relative-time-words.ts'
import { accessOf, expiryOf, type KeyDraft } from './key-draft.ts'

const hour = 3_600_000
const day = 24 * hour

/** So many days before its end, a key is warned about. */
const warnDays = 7

/** What a key is for. */
export const accessWords = (access: ApiKey['access']): string => {
  if (access.length > 1) return 'Manages secrets and runs workloads'
  return access[0] === 'run' ? 'Runs workloads' : 'Manages secrets'
}

/** What the options of a key say in short: “Manages secrets · project web · expires 3 May”. */
export const draftWords = (draft: KeyDraft, now: number): string => {
  const { access, project, cluster } = draft
  const end = expiryOf(draft, now)
  const parts = [
    accessWords(accessOf(access)),
    project && `project ${project.name}`,
    cluster && `cluster ${cluster.name}`,
    end !== undefined && expiryWords(end?.toISOString() ?? null, now).text,
  ]
  return parts.filter(Boolean).join(' · ')
}

/** When a key ends, as said at `now`, and whether that is to be warned about. */
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
  return { text: `expires in ${left < day ? counted(left / hour, 'hour') : counted(left / day, 'day')}`, state: 'near' }
}

const counted = (amount: number, noun: string): string => {
  const count = Math.floor(amount)
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
