import { useState } from 'react'
import { decidedBy, type ShownPlan } from '#console/features/plans/use-plan.ts'
import type { SecretWrites } from '#console/features/secrets/use-secret-writes.ts'
import { hasCode } from '#console/ui/feedback/failure-words.ts'
import { useAction } from '#console/ui/hooks/use-action.ts'
import { Failure } from '#shared/failure.ts'
import type { Secret } from '#shared/secret.ts'
import { standingInTheWay } from './existing-secret-from-conflict.ts'

export type Stored = (secret: Secret, verb: 'Added' | 'Replaced') => void

/**
 * Stores a value under a new name. One that is taken is not overwritten: it is then `existing`, to be asked about.
 * `onStored` tells whether it was added or replaced. What is stored was decided by the plan that is `shown`, if there is
 * one; a newer one that the server has is shown instead, and nothing is stored.
 */
export const useStoring = (writes: SecretWrites, onStored: Stored, shown?: ShownPlan) => {
  const [existing, setExisting] = useState<Secret>()
  const { run, pending, error, forget } = useAction((work: () => Promise<void>) => work())

  const finish: Stored = (secret, verb) => {
    setExisting(undefined)
    onStored(secret, verb)
  }
  /** A plan of another change than this one, as of a name that has been taken meanwhile, is none that decided it. */
  const decided = (change: 'set' | 'edit') => (shown?.plan?.change === change ? decidedBy(shown) : {})

  const create = (name: string, value: string) =>
    run(async () => {
      try {
        finish(await writes.create(name, value, decided('set')), 'Added')
      } catch (error) {
        if (shown?.takeNewer(error)) return
        const taken = standingInTheWay(error, name)
        if (!taken) throw error
        if (shown?.plan?.change === 'set') void shown.reload()
        // The list may not know it yet. Before the offer: an answer that came after a replacement would undo it in the list.
        // If it cannot be read now, the offer still holds.
        await writes.refresh(name).catch(() => undefined)
        setExisting(taken)
      }
    })
  const replace = (name: string, value: string, etag: string) =>
    run(async () => {
      try {
        finish(await writes.replace(name, value, etag, decided('edit')), 'Replaced')
      } catch (error) {
        if (shown?.takeNewer(error)) return
        if (!hasCode(error, 'PRECONDITION_FAILED')) throw error
        if (shown?.plan) void shown.reload()
        const now = await writes.refresh(name)
        setExisting(now)
        if (!now) throw new Failure('CONFLICT', `“${name}” was deleted meanwhile. Add it to store this value.`)
      }
    })
  const keep = () => setExisting(undefined)
  return { existing, create, replace, keep, pending, error, forget }
}
