import { useState } from 'react'
import { hasCode } from '#console/ui/failure-words.ts'
import { useAction } from '#console/ui/use-action.ts'
import { Failure } from '#shared/failure.ts'
import type { Secret } from '#shared/secret.ts'
import { standingInTheWay } from './standing-in-the-way.ts'
import type { SecretWrites } from './use-secret-writes.ts'

export type Stored = (secret: Secret, verb: 'Added' | 'Replaced') => void

/**
 * Stores a value under a new name. One that is taken is not overwritten: it is then `existing`, to be asked about.
 * `onStored` tells whether it was added or replaced.
 */
export const useStoring = (writes: SecretWrites, onStored: Stored) => {
  const [existing, setExisting] = useState<Secret>()
  const { run, pending, error, forget } = useAction((work: () => Promise<void>) => work())

  const finish: Stored = (secret, verb) => {
    setExisting(undefined)
    onStored(secret, verb)
  }
  const create = (name: string, value: string) =>
    run(async () => {
      try {
        finish(await writes.create(name, value), 'Added')
      } catch (error) {
        const taken = standingInTheWay(error, name)
        if (!taken) throw error
        // The list may not know it yet. Before the offer: an answer that came after a replacement would undo it in the list.
        // If it cannot be read now, the offer still holds.
        await writes.refresh(name).catch(() => undefined)
        setExisting(taken)
      }
    })
  const replace = (name: string, value: string, etag: string) =>
    run(async () => {
      try {
        finish(await writes.replace(name, value, etag), 'Replaced')
      } catch (error) {
        if (!hasCode(error, 'PRECONDITION_FAILED')) throw error
        const now = await writes.refresh(name)
        setExisting(now)
        if (!now) throw new Failure('CONFLICT', `“${name}” was deleted meanwhile. Add it to store this value.`)
      }
    })
  const keep = () => setExisting(undefined)
  return { existing, create, replace, keep, pending, error, forget }
}
