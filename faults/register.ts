import type { Act } from './history.ts'

/** The state of one name. The tag is null after an unanswered change, until a read shows it. */
export type RegisterState = { value: string; version: number; etag: string | null } | null

/**
 * Returns the state of a name after an act with its answer, or `undefined` when the answer is impossible. This is
 * everything that the product promises about one name, from any process.
 */
export const step = (state: RegisterState, act: Act): RegisterState | undefined => {
  switch (act.kind) {
    case 'resolve':
      if (act.outcome === 'missing') return state ? undefined : null
      return state?.value === act.outcome.value && state.version === act.outcome.version ? state : undefined
    case 'look':
      if (act.outcome === 'missing') return state ? undefined : null
      if (!state || state.version !== act.outcome.version) return undefined
      if (state.etag === null) return { ...state, etag: act.outcome.etag }
      return state.etag === act.outcome.etag ? state : undefined
    case 'write':
      return write(state, act)
    case 'delete':
      return remove(state, act)
  }
}

const write = (state: RegisterState, act: Act & { kind: 'write' }): RegisterState | undefined => {
  const answer = answerTo(state, act)
  const { outcome, value } = act
  const next = (etag: string | null) => ({ value, version: (state?.version ?? 0) + 1, etag })
  if (outcome === 'unknown') return answer === 'done' ? next(null) : state
  if (typeof outcome === 'string') return answer === outcome || answer === `done or ${outcome}` ? state : undefined
  if (!answer.startsWith('done') || outcome.created !== !state) return undefined
  return outcome.version === (state?.version ?? 0) + 1 ? next(outcome.etag) : undefined
}

const remove = (state: RegisterState, act: Act & { kind: 'delete' }): RegisterState | undefined => {
  const answer = answerTo(state, { ...act, expect: 'present' })
  const { outcome } = act
  if (outcome === 'unknown') return answer === 'done' ? null : state
  if (outcome === 'deleted') return answer.startsWith('done') ? null : undefined
  return answer === outcome || answer === `done or ${outcome}` ? state : undefined
}

type Condition = { expect: 'any' | 'absent' | 'present'; ifMatch?: string; ifNoneMatch?: true }

/** Returns the possible answers to a change in this state. With an unknown tag, a condition may match or not. */
const answerTo = (
  state: RegisterState,
  { expect, ifMatch, ifNoneMatch }: Condition,
): 'done' | 'done or changed' | 'exists' | 'missing' | 'changed' => {
  if (ifNoneMatch && state) return 'changed'
  if (ifMatch !== undefined) {
    if (!state) return 'changed'
    if (state.etag === null) return 'done or changed'
    if (state.etag !== ifMatch) return 'changed'
  }
  if (expect === 'present' && !state) return 'missing'
  if (expect === 'absent' && state) return 'exists'
  return 'done'
}
