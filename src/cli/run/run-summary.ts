import { minMaskedBytes } from '#cli/mask/value-forms.ts'
import { printable } from '#cli/output/printable.ts'
import { rank } from '#shared/effective.ts'
import type { Resolved } from '#shared/workload/workload.ts'

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`

/**
 * Returns one line about the injected secrets: their scopes and what they override, without values. `masked` are the
 * values to mask, some of which may be too short.
 */
export const runSummary = (
  injected: readonly (readonly [variable: string, value: string])[],
  sources: Resolved['sources'],
  masked: readonly string[],
): string => {
  const all = injected.flatMap(([variable]) => sources[variable] ?? [])
  const unmasked = masked.filter((value) => Buffer.byteLength(value) < minMaskedBytes).length
  const secrets = all.flatMap((source) => (source.from === 'secret' ? [source] : []))
  const ephemeral = all.filter(({ from }) => from === 'ephemeral').length
  const strongestFirst = secrets.toSorted((one, other) => rank(other.winner.kind) - rank(one.winner.kind))
  const places = [...Map.groupBy(strongestFirst, ({ winner }) => `${winner.kind} “${printable(winner.name)}”`)].map(
    ([place, { length }]) => `${length} from ${place}`,
  )
  if (ephemeral > 0) places.push(`${ephemeral} ephemeral`)
  const overriding = secrets.filter(({ overridden }) => overridden.length > 0).length
  const notes = [
    places.join(', '),
    ...(overriding > 0 ? [`${overriding} also set in a weaker scope`] : []),
    ...(unmasked > 0 ? [`${unmasked} too short to be masked`] : []),
  ]
  const total = secrets.length + ephemeral
  return `gradient: ${count(total, 'secret')} injected${total === 0 ? '' : ` (${notes.join('; ')})`}`
}
