import { expect, it } from 'vitest'
import { debounceArrivals } from './gather-requests.ts'

/** Counts the turns until the debounce ends. `arrivals` says for each turn whether a request arrives. */
const turnsUntilSettled = (arrivals: (turn: number) => boolean): number => {
  const queue: (() => void)[] = []
  const { arrive, whenSettled } = debounceArrivals((run) => queue.push(run))
  let turns = 0
  let settled = false
  arrive()
  whenSettled(() => {
    settled = true
  })
  for (let run = queue.shift(); run && !settled; run = queue.shift()) {
    turns++
    if (arrivals(turns)) arrive()
    run()
  }
  expect(settled).toBe(true)
  return turns
}

it('ends after a turn without a request', () => {
  expect(turnsUntilSettled(() => false)).toBe(1)
})

it('waits while a request arrives in each turn', () => {
  expect(turnsUntilSettled((turn) => turn < 5)).toBe(5)
})

it('ends after a limited number of turns', () => {
  expect(turnsUntilSettled(() => true)).toBe(16)
})
