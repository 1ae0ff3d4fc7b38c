import { useMemo, useRef } from 'react'
import { acrossKind, columnsOf, type Own } from '#console/features/effective/matrix/matrix-columns.ts'
import { filterNames, useMatrixFilter } from '#console/features/effective/matrix/matrix-filter.ts'
import { MatrixFilters } from '#console/features/effective/matrix/matrix-filters.tsx'
import { loadLater } from '#console/ui/feedback/load-later.tsx'
import { EmptyState } from '#console/ui/lists/empty-state.tsx'
import { scopeKinds } from '#shared/scope.ts'
import type { MatrixReader } from '#shared/workload/matrix-reader.ts'
import { reference } from '#shared/workload/reference.ts'
import { MatrixSection } from './matrix-section.tsx'

/** With what makes rows virtual, it outweighs the rest: it comes while the server is asked. */
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

/** What workloads of a project or on a cluster get: every name, with the scope that wins in each pair. */
export function ScopeEnvironment({ own, name }: { own: Own; name: string }) {
  return (
    <MatrixSection
      pair={own.kind === 'project' ? { projectId: own.id } : { clusterId: own.id }}
      explanation={`${words[own.kind].gets} ${precedence}`}
      load={loadMatrix}
    >
      {(matrix) => <Loaded matrix={matrix} own={own} name={name} />}
    </MatrixSection>
  )
}

function Loaded({ matrix, own, name }: { matrix: MatrixReader; own: Own; name: string }) {
  const box = useRef<HTMLInputElement>(null)
  const typed = useMatrixFilter()
  const { q, scope, overridden } = typed.filter
  const columns = useMemo(() => columnsOf(matrix, own), [matrix, own])
  const rows = useMemo(
    () => filterNames(matrix.names, columns, { q, scope, overridden }),
    [matrix, columns, q, scope, overridden],
  )
  return (
    <>
      {matrix.names.length === 0 ? (
        <EmptyState text={words[own.kind].empty}>
          What is stored for the team, a cluster or a project stands here with the scope that wins. Workloads refer to
          it, for example as <code>{reference('API_KEY')}</code>.
        </EmptyState>
      ) : (
        <>
          <MatrixFilters scopes={winners} filter={typed} box={box} total={matrix.names.length} found={rows.length} />
          {rows.length > 0 && (
            // Another selection begins at its top, with nothing explained.
            <Matrix
              key={`${q} ${scope} ${overridden}`}
              label={`What workloads of ${own.kind} ${name} get`}
              names={matrix.names}
              rows={rows}
              columns={columns}
            />
          )}
        </>
      )}
      <SpecCheck matrix={matrix} across={acrossKind[own.kind]} columns={columns} />
    </>
  )
}
