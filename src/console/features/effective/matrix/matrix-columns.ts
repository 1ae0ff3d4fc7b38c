import type { MadeScopeKind } from '#console/features/scopes/scope-words.ts'
import type { MatrixPair, MatrixReader } from '#shared/workload/matrix-reader.ts'
import type { Pair } from '#shared/workload/workload.ts'

/** The scope that a page is about. */
export type Own = { kind: MadeScopeKind; id: string }

/** What stands across the page of a project, and of a cluster. */
export const acrossKind = { project: 'cluster', cluster: 'project' } as const satisfies Record<
  MadeScopeKind,
  MadeScopeKind
>

/** A column of the matrix: the page's scope together with one of the other kind, or with none. */
export type MatrixColumn = MatrixPair & {
  /** The ID of the scope, empty for none. */
  id: string
  /** Its name, or “No cluster”. */
  label: string
  where: Pair
}

const pairOf = (own: Own, id: string): Pair => {
  const ids = { [own.kind]: own.id, ...(id === '' ? {} : { [acrossKind[own.kind]]: id }) }
  return {
    ...(ids.project === undefined ? {} : { projectId: ids.project }),
    ...(ids.cluster === undefined ? {} : { clusterId: ids.cluster }),
  }
}

/** The columns of a page: “none” first, then all scopes of the other kind as the matrix has them, by name. */
export const columnsOf = (matrix: MatrixReader, own: Own): MatrixColumn[] => {
  const across = acrossKind[own.kind]
  const others = matrix.scopes.filter(({ kind }) => kind === across)
  return [{ id: '', name: `No ${across}` }, ...others].map(({ id, name }) => {
    const where = pairOf(own, id)
    return { id, label: name, where, ...matrix.pair(where) }
  })
}
