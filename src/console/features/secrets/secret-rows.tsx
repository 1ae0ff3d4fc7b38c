import type { ReactNode } from 'react'
import type { Secret } from '#shared/secret.ts'
import { PlainRows } from './plain-rows.tsx'
import type { SecretList } from './use-secret-list.ts'
import { VirtualRows } from './virtual-rows.tsx'

export type RowsProps = {
  list: SecretList
  /** The names whose rows are being edited. */
  editing: ReadonlySet<string>
  row: (secret: Secret) => ReactNode
}

const mostPlainRows = 200

/** The rows of a list; of a long one, those near the window only. */
export function SecretRows(props: RowsProps) {
  return props.list.total > mostPlainRows ? <VirtualRows {...props} /> : <PlainRows {...props} />
}
