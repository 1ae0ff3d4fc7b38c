import { useMemo, useRef } from 'react'
import { matrixColumns, otherKind, type PageScope } from '#console/features/effective/matrix/matrix-columns.ts'
import { filterNames, useMatrixFilter } from '#console/features/effective/matrix/matrix-filter.ts'
import { MatrixFilters } from '#console/features/effective/matrix/matrix-filters.tsx'
import { loadLater } from '#console/ui/feedback/load-later.tsx'
import { EmptyState } from '#console/ui/lists/empty-state.tsx'
import { scopeKinds } from '#shared/scope.ts'
import type { MatrixReader } from '#shared/workload/matrix-reader.ts'
import { reference } from '#shared/workload/reference.ts'
import { MatrixSection } from './matrix-section.tsx'

/** A separate chunk, because virtualization makes it large; loads while the server is queried. */
const loadMatrix = () => import('#console/features/effective/matrix/matrix.tsx')
const Matrix = loadLater('The matrix', async () => (await loadMatrix()).Matrix)
const SpecCheck = loadLater(
  'The check of files',
  async () => (await import('#console/features/effective/spec/spec-check.tsx')).SpecCheck,
)

const winners = { label: 'Scope that wins', verb: 'Won by', kinds: scopeKinds.toReversed() }

const words = {
  project: {
    gets: 'What workloads of this project get, on each cluster and on none.',
    empty: 'Workloads of this project get no secrets yet',
  },
  cluster: {
    gets: 'What workloads on this cluster get, in each project and in none.',
    empty: 'Workloads on this cluster get no secrets yet',
  },
}

const precedence =
  'Project beats cluster, cluster beats team; what is overridden is struck through. ' +
  'Point at a cell, or go to it by keys, to see why.'

/** Renders what workloads of a project or on a cluster get: every name, with the winning scope in each column. */
export function ScopeEnvironment({ scope, name }: { scope: PageScope; name: string }) {
  return (
    <MatrixSection
      pair={scope.kind === 'project' ? { projectId: scope.id } : { clusterId: scope.id }}
      explanation={`${words[scope.kind].gets} ${precedence}`}
      load={loadMatrix}
    >
      {(matrix) => <Loaded matrix={matrix} page={scope} name={name} />}
    </MatrixSection>
  )
}

function Loaded({ matrix, page, name }: { matrix: MatrixReader; page: PageScope; name: string }) {
  const box = useRef<HTMLInputElement>(null)
  const filterState = useMatrixFilter()
  const { q, scope, overridden } = filterState.filter
  const columns = useMemo(() => matrixColumns(matrix, page), [matrix, page])
  const rows = useMemo(
    () => filterNames(matrix.names, columns, { q, scope, overridden }),
    [matrix, columns, q, scope, overridden],
  )
  return (
    <>
      {matrix.names.length === 0 ? (
        <EmptyState text={words[page.kind].empty}>
          What is stored for the team, a cluster or a project stands here with the scope that wins. Workloads refer to
          it, for example as <code>{reference('API_KEY')}</code>.
        </EmptyState>
      ) : (
        <>
          <MatrixFilters
            scopes={winners}
            filter={filterState}
            box={box}
            total={matrix.names.length}
            found={rows.length}
          />
          {rows.length > 0 && (
            // The key resets the scroll position and the trace when the filter changes.
            <Matrix
              key={`${q} ${scope} ${overridden}`}
              label={`What workloads of ${page.kind} ${name} get`}
              names={matrix.names}
              rows={rows}
              columns={columns}
            />
          )}
        </>
      )}
      <SpecCheck matrix={matrix} columnKind={otherKind[page.kind]} columns={columns} />
    </>
  )
}
