import { useState } from 'react'
import { planCondition, type ShownPlan } from '#console/features/plans/use-plan.ts'
import { hasCode } from '#console/ui/feedback/failure-words.ts'
import { useAction } from '#console/ui/hooks/use-action.ts'
import { Failure } from '#shared/failure.ts'
import { type Secret, secret } from '#shared/secret.ts'
import type { SecretWrites } from './use-secret-writes.ts'

/** Called after a secret was stored. */
export type OnStored = (secret: Secret, verb: 'Added' | 'Replaced') => void

/**
 * Stores a value under a new name. If the name is taken, nothing is overwritten: the stored secret is returned as
 * `existing`, so that the form can ask whether to replace it. If a plan is `shown`, the write applies only while that
 * plan is current. Otherwise the newer plan is shown and nothing is stored.
 */
export const useStoreSecret = (writes: SecretWrites, onStored: OnStored, shown?: ShownPlan) => {
  const [existing, setExisting] = useState<Secret>()
  const { run, pending, error, forget } = useAction((work: () => Promise<void>) => work())

  const finish: OnStored = (secret, verb) => {
    setExisting(undefined)
    onStored(secret, verb)
  }
  /** Returns the plan condition of the write; none if the shown plan is for another change, as after a conflict. */
  const conditionFor = (change: 'set' | 'edit') => (shown?.plan?.change === change ? planCondition(shown) : {})

  const create = (name: string, value: string) =>
    run(async () => {
      try {
        finish(await writes.create(name, value, conditionFor('set')), 'Added')
      } catch (error) {
        if (shown?.showNewerPlan(error)) return
        const taken = existingSecretFromConflict(error, name)
        if (!taken) throw error
        if (shown?.plan?.change === 'set') void shown.reload()
        // Puts the secret into the list, which may not have it yet. Must finish before the person can replace the value:
        // a later answer would undo the replacement in the list. The offer works without it, so errors are ignored.
        await writes.refresh(name).catch(() => undefined)
        setExisting(taken)
      }
    })
  const replace = (name: string, value: string, etag: string) =>
    run(async () => {
      try {
        finish(await writes.replace(name, value, etag, conditionFor('edit')), 'Replaced')
      } catch (error) {
        if (shown?.showNewerPlan(error)) return
        if (!hasCode(error, 'PRECONDITION_FAILED')) throw error
        if (shown?.plan) void shown.reload()
        const now = await writes.refresh(name)
        setExisting(now)
        if (!now) throw new Failure('CONFLICT', `“${name}” was deleted meanwhile. Add it to store this value.`)
      }
    })
  const keepExisting = () => setExisting(undefined)
  return { existing, create, replace, keepExisting, pending, error, forget }
}

/** Returns the stored secret of exactly this `name` from the server's `CONFLICT` error. */
export const existingSecretFromConflict = (error: unknown, name: string): Secret | undefined => {
  if (!(error instanceof Failure) || error.code !== 'CONFLICT') return undefined
  const existing = secret.safeParse(error.issues[0]?.existing)
  // A secret whose name differs in case only cannot be replaced under the typed name; the error message says so.
  return existing.success && existing.data.name === name ? existing.data : undefined
}
