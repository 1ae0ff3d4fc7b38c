import { expect, it } from 'vitest'
import { tokenBuckets } from './token-buckets.ts'

const start = 1_800_000_000_000

it('gives the burst at once, then one token for each interval', () => {
  let at = start
  const { take } = tokenBuckets({ rate: 3, burst: 5 }, () => at)
  const taken = () => Array.from({ length: 10 }, () => take('a')).filter((wait) => wait === 0).length
  expect(taken()).toBe(5)
  expect(take('a')).toBeCloseTo(1000 / 3, 2)
  at += 1000
  expect(taken()).toBe(3)
  at += 60_000
  expect(taken()).toBe(5)
})

it('keeps keys apart', () => {
  const { take } = tokenBuckets({ rate: 1, burst: 1 }, () => start)
  expect([take('a'), take('b'), take('a')]).toEqual([0, 0, 1000])
})

it('starts over when the clock is set back by more than a bucket takes to fill', () => {
  let at = start
  const { take } = tokenBuckets({ rate: 1, burst: 2 }, () => at)
  take('a')
  take('a')
  expect(take('a')).toBe(1000)
  at -= 3_600_000
  expect(take('a')).toBe(0)
})

it('still bounds a key after many others came by', () => {
  let at = start
  const { take } = tokenBuckets({ rate: 1, burst: 2 }, () => at)
  expect([take('a'), take('a')]).toEqual([0, 0])
  for (let count = 0; count < 50_000; count++) take(`key ${count}`)
  expect(take('a')).toBe(1000)
  at += 1000
  for (let count = 50_000; count < 150_000; count++) take(`key ${count}`)
  expect([take('a'), take('a')]).toEqual([0, 1000])
})
