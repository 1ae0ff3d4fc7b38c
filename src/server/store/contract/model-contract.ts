import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Secret } from '#shared/secret.ts'
import { propertyRuns } from '#shared/testing/property-runs.ts'
import { failureOf, type Opened } from './contract-team.ts'
import { historyTeams, keptHere } from './history-team.ts'

const names = ['A', 'B'] as const
type Name = (typeof names)[number]

const name = fc.constantFrom(...names)
const pick = fc.nat({ max: 9 })
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('set' as const), name, value: fc.constantFrom('x', 'y', 'z') }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('delete' as const), name }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('restore' as const), name, version: pick }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('undelete' as const), pick }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('purge' as const), name, version: pick }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('purgeTrashed' as const), pick }) },
)

type Version = { version: number; value: string; restoredFrom: number | null }
type Deleted = { id: string; name: Name; versions: Version[] }

/** Compares a store with a model that is simple enough to be correct. */
export const modelContract = (label: string, open: () => Promise<Opened>): void => {
  describe(`what was done to secrets in a ${label} store`, () => {
    const newTeam = historyTeams(open)

    it('agrees in history, trash, list and values after any sequence of changes', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
          const team = await newTeam()
          const { store, teamId, context } = team
          const secrets = new Map<Name, Version[]>()
          let trash: Deleted[] = []

          /** Returns the new version of the model, or nothing when the value is the current one. */
          const make = (of: Name, value: string, restoredFrom: number | null) => {
            const versions = secrets.get(of) ?? []
            const version = (versions[0]?.version ?? 0) + 1
            if (versions[0]?.value === value) return undefined
            const kept = [{ version, value, restoredFrom }, ...versions]
            secrets.set(
              of,
              kept.filter((one) => one.version > version - keptHere.keepVersions),
            )
            return version
          }
          const written = (made: number | undefined, { version, unchanged }: Secret) =>
            expect([version, unchanged]).toEqual(made === undefined ? [expect.any(Number), true] : [made, undefined])

          let time = context.at
          for (const one of steps) {
            time++
            if (one.do === 'set') written(make(one.name, one.value, null), await team.set(one.name, one.value))
            else if (one.do === 'delete') {
              const versions = secrets.get(one.name)
              if (!versions) await failureOf(team.remove(one.name, time))
              else {
                const { id } = await team.remove(one.name, time)
                trash = [{ id, name: one.name, versions }, ...trash]
                secrets.delete(one.name)
              }
            } else if (one.do === 'restore') {
              const old = secrets.get(one.name)?.find(({ version }) => version === one.version)
              if (!old) await failureOf(team.restore(one.name, one.version))
              else written(make(one.name, old.value, old.version), await team.restore(one.name, old.version))
            } else if (one.do === 'purge') {
              const versions = secrets.get(one.name) ?? []
              const purging = store.purgeVersion(teamId, team.team, one, context)
              if (!versions.slice(1).some(({ version }) => version === one.version)) await failureOf(purging)
              else {
                await purging
                secrets.set(
                  one.name,
                  versions.filter(({ version }) => version !== one.version),
                )
              }
            } else {
              const deleted = trash[one.pick % Math.max(1, trash.length)]
              if (!deleted) continue
              const isBack = one.do === 'undelete'
              const doing = isBack
                ? store.restoreTrashed(teamId, team.team, deleted.id, context)
                : store.purgeTrashed(teamId, team.team, deleted.id, context)
              if (isBack && secrets.has(deleted.name)) {
                await failureOf(doing)
                continue
              }
              await doing
              trash = trash.filter((other) => other !== deleted)
              if (isBack) secrets.set(deleted.name, deleted.versions)
            }
          }

          const { items, total } = await store.listSecrets(teamId, team.team, {})
          const there = [...secrets.keys()].toSorted()
          expect([items.map((item) => [item.name, item.version]), total]).toEqual([
            there.map((of) => [of, secrets.get(of)?.[0]?.version]),
            there.length,
          ])
          for (const [of, versions] of secrets) {
            expect(await team.value(of)).toBe(versions[0]?.value)
            const shown = await team.versions(of)
            expect(shown.map(({ version, restoredFrom, current }) => [version, restoredFrom, current])).toEqual(
              versions.map(({ version, restoredFrom }, index) => [version, restoredFrom, index === 0]),
            )
            const same = (all: readonly unknown[]) => all.map((value) => all.indexOf(value))
            expect(same(shown.map(({ fingerprint }) => fingerprint))).toEqual(same(versions.map(({ value }) => value)))
          }
          expect((await team.trash()).map((deleted) => [deleted.id, deleted.name, deleted.versions])).toEqual(
            trash.map((deleted) => [deleted.id, deleted.name, deleted.versions.length]),
          )
        }),
        { numRuns: propertyRuns(50) },
      )
    })
  })
}
