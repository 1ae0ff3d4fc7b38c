import type { ProjectOrCluster } from '#console/features/scopes/scope-words.ts'
import type { MatrixPair, MatrixReader } from '#shared/workload/matrix-reader.ts'
import type { Pair } from '#shared/workload/workload.ts'

/** The project or cluster that a page is about. */
export type PageScope = { kind: ProjectOrCluster; id: string }

/** The kind of scope in the columns: clusters for a project, projects for a cluster. */
export const otherKind = { project: 'cluster', cluster: 'project' } as const satisfies Record<
  ProjectOrCluster,
  ProjectOrCluster
>

/** A column of the matrix: the page's scope combined with one scope of the other kind, or with none. */
export type MatrixColumn = MatrixPair & {
  /** The ID of the column's scope; empty for none. */
  id: string
  /** The name of the column's scope, or “No cluster”. */
  label: string
  where: Pair
}

const pairOf = (page: PageScope, id: string): Pair => {
  const ids = { [page.kind]: page.id, ...(id === '' ? {} : { [otherKind[page.kind]]: id }) }
  return {
    ...(ids.project === undefined ? {} : { projectId: ids.project }),
    ...(ids.cluster === undefined ? {} : { clusterId: ids.cluster }),
  }
}

/** Returns the columns of a page: “none” first, then all scopes of the other kind by name. */
export const matrixColumns = (matrix: MatrixReader, page: PageScope): MatrixColumn[] => {
  const columnKind = otherKind[page.kind]
  const others = matrix.scopes.filter(({ kind }) => kind === columnKind)
  return [{ id: '', name: `No ${columnKind}` }, ...others].map(({ id, name }) => {
    const where = pairOf(page, id)
    return { id, label: name, where, ...matrix.pair(where) }
  })
}
