import { ScopeChip } from '#console/ui/layout/chip.tsx'
import type { ScopeKind } from '#shared/scope.ts'
import type { Overlap } from '#shared/secret.ts'
import { overlapWords } from './overlap-words.ts'
import styles from './secret-row.module.css'

/** Says which scopes of other kinds have the same name, and which of both wins. */
export function OverlapList({ own, overlaps }: { own: ScopeKind; overlaps: readonly Overlap[] }) {
  return overlaps.map((overlap) => {
    const { verb, scopes, rest } = overlapWords(own, overlap)
    return (
      <p key={overlap.kind} className={styles.overlap}>
        {verb} <ScopeChip kind={overlap.kind}>{scopes}</ScopeChip>
        {rest}
      </p>
    )
  })
}
