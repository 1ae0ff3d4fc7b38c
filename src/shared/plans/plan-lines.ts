import { useWords as wordsOfUse } from '#shared/workload/secret-use.ts'
import { type Plan, planUseDays } from './plan.ts'
import { affectedWords, examplesOf, outcomeWords, placesWords } from './plan-words.ts'

/** Most outcomes, places of each, and uses that are told one by one. */
const most = { outcomes: 5, places: 3, uses: 3 }

/** A plan in sentences, each a line: whom the change touches and how, and who used what it touches. `now` is in milliseconds. */
export const planLines = (plan: Plan, now: number): string[] => [
  affectedWords(plan),
  ...plan.outcomes.slice(0, most.outcomes).map((outcome) => {
    const examples = examplesOf(plan, outcome).slice(0, most.places)
    const words = outcomeWords(outcome, examples)
    if (outcome.pairs === 1 || examples.length === 0) return words
    return `${words} They are ${placesWords(examples, outcome.pairs)}.`
  }),
  ...moreLine(plan.outcomes.length - most.outcomes, 'outcome', 'outcomes'),
  ...linesOfUses(plan, now),
]

const linesOfUses = ({ change, secret, uses, usesTotal }: Plan, now: number): string[] => {
  if (usesTotal === 0) {
    // Nothing can have used what is not there yet.
    return change === 'set' && !secret ? [] : [`Not used in the past ${planUseDays} days.`]
  }
  const shown = uses.slice(0, most.uses)
  return [
    ...shown.map((use) => `${wordsOfUse(use, now)}${change === 'deleteScope' ? `: ${use.secret}` : ''}.`),
    ...moreLine(
      usesTotal - shown.length,
      `use in the past ${planUseDays} days`,
      `uses in the past ${planUseDays} days`,
    ),
  ]
}

const moreLine = (count: number, one: string, many: string): string[] =>
  count > 0 ? [`And ${count.toLocaleString('en')} more ${count === 1 ? one : many}.`] : []
