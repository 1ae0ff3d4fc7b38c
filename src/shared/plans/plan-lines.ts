import { describeUse } from '#shared/workload/secret-use.ts'
import { type Plan, planUseDays } from './plan.ts'
import { affectedWords, examplesOf, outcomeWords, placesWords } from './plan-words.ts'

/** Maximum number of outcomes, of examples of each, and of uses listed one by one. */
const max = { outcomes: 5, places: 3, uses: 3 }

/**
 * Returns a plan as sentences, one for each line: what the change affects, and who used it. `now` is in milliseconds.
 */
export const planLines = (plan: Plan, now: number): string[] => [
  affectedWords(plan),
  ...plan.outcomes.slice(0, max.outcomes).map((outcome) => {
    const examples = examplesOf(plan, outcome).slice(0, max.places)
    const words = outcomeWords(outcome, examples)
    if (outcome.pairs === 1 || examples.length === 0) return words
    return `${words} They are ${placesWords(examples, outcome.pairs)}.`
  }),
  ...moreLine(plan.outcomes.length - max.outcomes, 'outcome', 'outcomes'),
  ...linesOfUses(plan, now),
]

const linesOfUses = ({ change, secret, uses, usesTotal }: Plan, now: number): string[] => {
  if (usesTotal === 0) {
    // A new secret cannot have been used.
    return change === 'set' && !secret ? [] : [`Not used in the past ${planUseDays} days.`]
  }
  const shown = uses.slice(0, max.uses)
  return [
    ...shown.map((use) => `${describeUse(use, now)}${change === 'deleteScope' ? `: ${use.secret}` : ''}.`),
    ...moreLine(
      usesTotal - shown.length,
      `use in the past ${planUseDays} days`,
      `uses in the past ${planUseDays} days`,
    ),
  ]
}

const moreLine = (count: number, one: string, many: string): string[] =>
  count > 0 ? [`And ${count.toLocaleString('en')} more ${count === 1 ? one : many}.`] : []
