import type { ScopeKind } from '#shared/scope.ts'
import styles from './chip.module.css'
import { classNames } from './class-names.ts'

/** Shows a kind of scope by colour and by word. `children` replaces the word and must contain it. */
export function ScopeChip({ kind, children }: { kind: ScopeKind; children?: string }) {
  return <span className={classNames(styles.chip, styles[kind])}>{children ?? kind}</span>
}
