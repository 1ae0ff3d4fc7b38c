import { RelativeTime } from '#console/ui/layout/time.tsx'
import { type Plan, planUseDays } from '#shared/plans/plan.ts'
import {
  affectedWords,
  afterUseWords,
  capitalized,
  examplesOf,
  outcomeWords,
  placesWords,
  willNotStart,
} from '#shared/plans/plan-words.ts'
import { usedByWords } from '#shared/workload/secret-use.ts'
import styles from './plans.module.css'

/** Maximum numbers of outcomes, places of an outcome, and uses that are listed; the rest is counted. */
const maxListed = { outcomes: 4, places: 3, uses: 3 }

/** Renders what a change affects: what workloads get afterwards, and which workloads used the secret recently. */
export function PlanDetails({ plan }: { plan: Plan }) {
  const { outcomes, affected, uses, usesTotal, change } = plan
  const shown = outcomes.slice(0, maxListed.outcomes)
  const pairsLeft = affected - shown.reduce((sum, { pairs }) => sum + pairs, 0)
  const used = uses.slice(0, maxListed.uses)
  return (
    <div className={styles.plan}>
      <p className={styles.sum}>{affectedWords(plan)}</p>
      {shown.length > 0 && (
        <ul className={styles.list}>
          {shown.map((outcome) => (
            <Outcome key={`${outcome.before?.id} ${outcome.after?.id}`} plan={plan} outcome={outcome} />
          ))}
          {pairsLeft > 0 && <li>and {pairsLeft.toLocaleString('en')} more pairs</li>}
        </ul>
      )}
      {used.length > 0 && (
        <div>
          <p>Used in the past {planUseDays} days:</p>
          <ul className={styles.uses}>
            {used.map((use) => (
              <Use
                key={`${use.secret} ${use.key.id} ${use.project?.id} ${use.cluster?.id} ${use.at}`}
                plan={plan}
                use={use}
              />
            ))}
            {usesTotal > used.length && <li>and {(usesTotal - used.length).toLocaleString('en')} more</li>}
          </ul>
        </div>
      )}
      {used.length === 0 && change !== 'set' && <p>No workload has used it in the past {planUseDays} days.</p>}
    </div>
  )
}

function Outcome({ plan, outcome }: { plan: Plan; outcome: Plan['outcomes'][number] }) {
  const examples = examplesOf(plan, outcome)
  const places = placesWords(examples.slice(0, maxListed.places), outcome.pairs)
  const isNamed = outcome.pairs === 1 && plan.outcomes.length > 1
  return (
    <li className={outcome.after ? undefined : styles.lost}>
      {plan.outcomes.length > 1 ? outcomeWords(outcome, examples) : onlyOutcomeWords(outcome)}
      {!isNamed && examples.length > 0 && <span className={styles.places}> {places}</span>}
    </li>
  )
}

/** Returns what the summary of a plan does not already say about its only outcome. */
const onlyOutcomeWords = (outcome: Plan['outcomes'][number]): string => {
  const { before, after } = outcome
  if (!after) return capitalized(willNotStart)
  return before && before.id !== after.id ? outcomeWords(outcome) : ''
}

function Use({ plan, use }: { plan: Plan; use: Plan['uses'][number] }) {
  const after = afterUseWords(plan, use)
  return (
    <li>
      {plan.change === 'deleteScope' && <code>{use.secret} </code>}
      <RelativeTime date={use.at} /> {usedByWords(use)}
      {after && `; after this it will get ${after}`}
    </li>
  )
}
