import { expect, it } from 'vitest'
import { debounceArrivals } from './gather-requests.ts'

/** Counts the turns until it is quiet, while `arrivals` says for each turn whether it brings somebody. */
const turnsUntilQuiet = (arrivals: (turn: number) => boolean): number => {
  const queue: (() => void)[] = []
  const { arrive, whenSettled } = debounceArrivals((run) => queue.push(run))
  let turns = 0
  let quiet = false
  arrive()
  whenSettled(() => {
    quiet = true
  })
  for (let run = queue.shift(); run && !quiet; run = queue.shift()) {
    turns++
    if (arrivals(turns)) arrive()
    run()
  }
  expect(quiet).toBe(true)
  return turns
}

it('is quiet after a turn that brought nobody', () => {
  expect(turnsUntilQuiet(() => false)).toBe(1)
})

it('waits while each turn brings somebody', () => {
  expect(turnsUntilQuiet((turn) => turn < 5)).toBe(5)
})

it('does not wait for ever', () => {
  expect(turnsUntilQuiet(() => true)).toBe(16)
})
