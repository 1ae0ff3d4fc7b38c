import type { ScopeKind } from '#shared/scope.ts'
import styles from './chip.module.css'
import { classNames } from './class-names.ts'

/** The mark of a kind of scope: its colour, and always its word (or another text that holds the word). */
export function ScopeChip({ kind, children }: { kind: ScopeKind; children?: string }) {
  return <span className={classNames(styles.chip, styles[kind])}>{children ?? kind}</span>
}
