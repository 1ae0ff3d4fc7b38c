import type { Act } from './history.ts'

/** What one name holds. The tag is null after a change that nobody answered, until somebody reads it. */
export type Held = { value: string; version: number; etag: string | null } | null

/**
 * What a name holds after an act that was answered as it was, or `undefined` when it cannot have been answered so. This
 * is all that the product promises of one name, whichever process answers.
 */
export const step = (held: Held, act: Act): Held | undefined => {
  switch (act.kind) {
    case 'resolve':
      if (act.outcome === 'missing') return held ? undefined : null
      return held?.value === act.outcome.value && held.version === act.outcome.version ? held : undefined
    case 'look':
      if (act.outcome === 'missing') return held ? undefined : null
      if (!held || held.version !== act.outcome.version) return undefined
      if (held.etag === null) return { ...held, etag: act.outcome.etag }
      return held.etag === act.outcome.etag ? held : undefined
    case 'write':
      return write(held, act)
    case 'delete':
      return remove(held, act)
  }
}

const write = (held: Held, act: Act & { kind: 'write' }): Held | undefined => {
  const answer = answerTo(held, act)
  const { outcome, value } = act
  const next = (etag: string | null) => ({ value, version: (held?.version ?? 0) + 1, etag })
  if (outcome === 'unknown') return answer === 'done' ? next(null) : held
  if (typeof outcome === 'string') return answer === outcome || answer === `done or ${outcome}` ? held : undefined
  if (!answer.startsWith('done') || outcome.created !== !held) return undefined
  return outcome.version === (held?.version ?? 0) + 1 ? next(outcome.etag) : undefined
}

const remove = (held: Held, act: Act & { kind: 'delete' }): Held | undefined => {
  const answer = answerTo(held, { ...act, expect: 'present' })
  const { outcome } = act
  if (outcome === 'unknown') return answer === 'done' ? null : held
  if (outcome === 'deleted') return answer.startsWith('done') ? null : undefined
  return answer === outcome || answer === `done or ${outcome}` ? held : undefined
}

type Condition = { expect: 'any' | 'absent' | 'present'; ifMatch?: string; ifNoneMatch?: true }

/** What a change is answered where this is held. Against a tag that is not known, a condition may go either way. */
const answerTo = (
  held: Held,
  { expect, ifMatch, ifNoneMatch }: Condition,
): 'done' | 'done or changed' | 'exists' | 'missing' | 'changed' => {
  if (ifNoneMatch && held) return 'changed'
  if (ifMatch !== undefined) {
    if (!held) return 'changed'
    if (held.etag === null) return 'done or changed'
    if (held.etag !== ifMatch) return 'changed'
  }
  if (expect === 'present' && !held) return 'missing'
  if (expect === 'absent' && held) return 'exists'
  return 'done'
}
