import { useMemo, useRef } from 'react'
import { useMatrixFilter } from '#console/features/effective/matrix/matrix-filter.ts'
import { MatrixFilters } from '#console/features/effective/matrix/matrix-filters.tsx'
import { filterTeamNames, teamNames } from '#console/features/effective/team/team-overrides.ts'
import { loadLater } from '#console/ui/feedback/load-later.tsx'
import { EmptyState } from '#console/ui/lists/empty-state.tsx'
import type { MatrixReader } from '#shared/workload/matrix-reader.ts'
import { reference } from '#shared/workload/reference.ts'
import { MatrixSection } from './matrix-section.tsx'

/** A separate chunk, because virtualization makes it large; loads while the server is queried. */
const loadRows = () => import('#console/features/effective/team/team-rows.tsx')
const TeamRows = loadLater('The list', async () => (await loadRows()).TeamRows)

const overriders = { label: 'Scope that overrides', verb: 'Overridden by', kinds: ['project', 'cluster'] } as const

const explanation =
  'What the team stores for every workload, and where a cluster or a project overrides it. ' +
  'The page of each has the whole picture.'

/** Renders the secrets of the team, each with the projects and clusters that override it. */
export function TeamScopeEnvironment() {
  return (
    <MatrixSection pair={{}} explanation={explanation} load={loadRows}>
      {(matrix) => <Loaded matrix={matrix} />}
    </MatrixSection>
  )
}

function Loaded({ matrix }: { matrix: MatrixReader }) {
  const box = useRef<HTMLInputElement>(null)
  const filterState = useMatrixFilter()
  const { q, scope, overridden } = filterState.filter
  const names = useMemo(() => teamNames(matrix), [matrix])
  const found = useMemo(() => filterTeamNames(names, { q, scope, overridden }), [names, q, scope, overridden])
  if (names.length === 0) {
    return (
      <EmptyState text="No secrets have been stored in this team yet">
        What is stored for the team stands here with the projects and clusters that override it. Workloads refer to it,
        for example as <code>{reference('API_KEY')}</code>.
      </EmptyState>
    )
  }
  return (
    <>
      <MatrixFilters scopes={overriders} filter={filterState} box={box} total={names.length} found={found.length} />
      <TeamRows names={found} />
    </>
  )
}
