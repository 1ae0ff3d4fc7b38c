import { expect, it } from 'vitest'
import { concurrencyLimiter } from './concurrency-limiter.ts'

/** A limiter whose only place is taken until `finish` is called. */
const busyLimiter = (waiting: number) => {
  const limiter = concurrencyLimiter(1, waiting)
  const { promise, resolve: finish } = Promise.withResolvers<void>()
  const first = limiter.run(() => promise)
  return { limiter, finish, first }
}

it('a queue that strangers fill neither refuses nor delays people whom the server knows', async () => {
  const { limiter, finish, first } = busyLimiter(3)
  const order: string[] = []
  const run = (name: string) => limiter.run(async () => void order.push(name))
  const strangers = ['a', 'b', 'c'].map(run)
  await expect(run('d')).rejects.toMatchObject({ code: 'UNAVAILABLE', retryAfter: 5 })
  const owner = limiter.ahead(async () => {
    // What asks for the task has waited for something else before.
    await Promise.resolve()
    return run('owner')
  })
  await Promise.resolve()
  await Promise.resolve()
  finish()
  await Promise.all([first, owner, ...strangers])
  expect(order).toEqual(['owner', 'a', 'b', 'c'])
})

it('goes on after a task that fails, and bounds the queue of known people, too', async () => {
  const { limiter, finish, first } = busyLimiter(1)
  const failing = limiter.ahead(() => limiter.run(() => Promise.reject(new Error('no'))))
  await expect(limiter.ahead(() => limiter.run(async () => 1))).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  finish()
  await first
  await expect(failing).rejects.toThrow('no')
  expect(await limiter.run(async () => 2)).toBe(2)
})
