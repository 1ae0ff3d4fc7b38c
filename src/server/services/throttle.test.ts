import { beforeEach, describe, expect, inject, it } from 'vitest'
import { newId } from '#server/crypto/make-id.ts'
import { openTestApp } from '#server/testing/app/test-app.ts'
import { Failure } from '#shared/failure.ts'
import { admitSignIn } from './throttle.ts'

const apps = {
  SQLite: await openTestApp(),
  PostgreSQL: await openTestApp({ location: { kind: 'postgres', url: inject('postgres') } }),
}

const second = 1000
const minute = 60 * second

/** A new account and a new address. */
const someone = () => ({ email: `${newId('us')}@example.com`, address: newId('us') })
const withNewAddress = ({ email }: { email: string }) => ({ email, address: newId('us') })

const start = 1_800_000_000_000
let time = start
beforeEach(() => {
  time = start
})

describe.each(Object.entries(apps))('sign-in, counted in %s', (_label, { deps }) => {
  const attempt = (who: { email: string; address: string }) => admitSignIn({ store: deps.store, now: () => time }, who)

  const failureOf = async (who: { email: string; address: string }): Promise<Failure | undefined> => {
    try {
      await attempt(who)
      return undefined
    } catch (error) {
      if (error instanceof Failure) return error
      throw error
    }
  }

  const fail = async (times: number, who: () => { email: string; address: string }) => {
    for (let count = 0; count < times; count++) await attempt(who())
  }

  it('is admitted five times for one account, then has to wait', async () => {
    const who = someone()
    await fail(5, () => who)
    const failure = await failureOf(who)
    expect(failure).toMatchObject({ code: 'TOO_MANY_REQUESTS', retryAfter: 30 })
    expect(failure?.message).toBe('Too many attempts. Try again in 30 seconds.')
  })

  it('counts an account in every spelling and from every address: fifteen an hour, then one each quarter', async () => {
    const who = someone()
    await fail(15, () => withNewAddress(who))
    expect((await failureOf({ ...withNewAddress(who), email: who.email.toUpperCase() }))?.code).toBe(
      'TOO_MANY_REQUESTS',
    )
  })

  it('is admitted again after the wait, and waits longer with each failure', async () => {
    const who = someone()
    await fail(5, () => who)
    const waits = []
    for (let count = 0; count < 7; count++) {
      const { retryAfter = 0 } = (await failureOf(who)) ?? {}
      waits.push(retryAfter)
      time += retryAfter * second
      await attempt(who)
    }
    expect(waits).toEqual([30, 60, 120, 240, 480, 900, 900])
  })

  it('is refused a moment before the wait is over', async () => {
    const who = someone()
    await fail(5, () => who)
    time += 30 * second - 1
    expect((await failureOf(who))?.retryAfter).toBe(1)
  })

  it('does not wait longer after attempts during the wait', async () => {
    const who = someone()
    await fail(5, () => who)
    for (let count = 0; count < 20; count++) await failureOf(who)
    time += 30 * second
    expect(await failureOf(who)).toBeUndefined()
  })

  it('starts over after a success', async () => {
    const who = someone()
    await fail(4, () => who)
    const succeed = await attempt(who)
    await succeed()
    await fail(5, () => who)
    expect((await failureOf(who))?.code).toBe('TOO_MANY_REQUESTS')
  })

  it('starts over an hour after the last attempt, so that nobody is locked out for good', async () => {
    const who = someone()
    await fail(4, () => who)
    time += 61 * minute
    await fail(5, () => who)
    expect((await failureOf(who))?.code).toBe('TOO_MANY_REQUESTS')
  })

  it('ignores a wait that a clock set back by a day has made too long', async () => {
    const who = someone()
    await fail(5, () => who)
    time -= 24 * 60 * minute
    expect(await failureOf(who)).toBeUndefined()
    expect((await failureOf(who))?.retryAfter).toBe(60)
  })

  it('has no wait after a clock is set back when there was none before', async () => {
    const who = someone()
    await fail(3, () => who)
    time -= 5 * minute
    expect(await failureOf(who)).toBeUndefined()
  })

  it('is admitted twenty times from one address to any accounts', async () => {
    const { address } = someone()
    await fail(20, () => ({ ...someone(), address }))
    expect((await failureOf({ ...someone(), address }))?.code).toBe('TOO_MANY_REQUESTS')
  })

  it('gets no new tries from one address by signing in there in between', async () => {
    const { address } = someone()
    await fail(19, () => ({ ...someone(), address }))
    const succeed = await attempt({ ...someone(), address })
    await succeed()
    await fail(1, () => ({ ...someone(), address }))
    expect((await failureOf({ ...someone(), address }))?.code).toBe('TOO_MANY_REQUESTS')
  })

  it('does not affect other accounts and addresses', async () => {
    const who = someone()
    await fail(5, () => who)
    expect(await failureOf(someone())).toBeUndefined()
  })

  it('gives concurrent attempts no more tries than sequential ones', async () => {
    const who = someone()
    const outcomes = await Promise.allSettled(Array.from({ length: 40 }, () => attempt(withNewAddress(who))))
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(15)
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected')
    expect(new Set(refused.map(({ reason }) => reason.code))).toEqual(new Set(['TOO_MANY_REQUESTS']))
  })

  it('admits one of many concurrent attempts after a wait', async () => {
    const who = someone()
    await fail(15, () => withNewAddress(who))
    time += 15 * minute
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => attempt(withNewAddress(who))))
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })

  it('stores no email address in clear text', async () => {
    const who = someone()
    await attempt(who)
    expect(await deps.store.attempts(`account:${who.email}`)).toBeUndefined()
  })
})
