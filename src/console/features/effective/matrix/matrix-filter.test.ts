import { describe, expect, it } from 'vitest'
import { readMatrix } from '#shared/workload/matrix-reader.ts'
import { matrixColumns } from './matrix-columns.ts'
import { filterNames, type MatrixFilter } from './matrix-filter.ts'

const names = ['EVERYWHERE', 'ON_CLUSTER', 'ON_OTHER', 'PROJECT_ONLY', 'TEAM_ONLY']
const matrix = readMatrix({
  names,
  scopes: [
    { kind: 'team', id: 'te1', name: 'Next', secrets: [0, 1, 1, 1, 4, 1] },
    { kind: 'cluster', id: 'cl1', name: 'gpu-1', secrets: [0, 1, 1, 1] },
    { kind: 'cluster', id: 'cl2', name: 'gpu-2', secrets: [2, 1] },
    { kind: 'project', id: 'pr1', name: 'web', secrets: [0, 1, 3, 1] },
  ],
})
const columns = matrixColumns(matrix, { kind: 'project', id: 'pr1' })
const kept = (filter: Partial<MatrixFilter>) =>
  filterNames(names, columns, { q: '', scope: '', overridden: false, ...filter }).map((index) => names[index])

describe('the columns of a project', () => {
  it('are no cluster, then each cluster', () => {
    expect(columns.map(({ label }) => label)).toEqual(['No cluster', 'gpu-1', 'gpu-2'])
  })

  it('say which scope wins on each', () => {
    const winners = (index: number) => columns.map(({ explain }) => explain(index).winner?.name ?? null)
    expect(winners(0)).toEqual(['web', 'web', 'web'])
    expect(winners(1)).toEqual(['Next', 'gpu-1', 'Next'])
    expect(winners(2)).toEqual([null, null, 'gpu-2'])
  })
})

describe('the columns of a cluster', () => {
  it('are no project, then each project', () => {
    const across = matrixColumns(matrix, { kind: 'cluster', id: 'cl1' })
    expect(across.map(({ label }) => label)).toEqual(['No project', 'web'])
    expect(across.map(({ explain }) => explain(0).winner?.name)).toEqual(['gpu-1', 'web'])
  })
})

describe('the filter of the matrix', () => {
  it('keeps all names if it is empty', () => {
    expect(kept({})).toEqual(names)
  })

  it('keeps names that contain the text, ignoring case', () => {
    expect(kept({ q: 'on' })).toEqual(['ON_CLUSTER', 'ON_OTHER', 'PROJECT_ONLY', 'TEAM_ONLY'])
    expect(kept({ q: 'Team' })).toEqual(['TEAM_ONLY'])
  })

  it('keeps names that the kind of scope wins in any column', () => {
    expect(kept({ scope: 'project' })).toEqual(['EVERYWHERE', 'PROJECT_ONLY'])
    expect(kept({ scope: 'cluster' })).toEqual(['ON_CLUSTER', 'ON_OTHER'])
    expect(kept({ scope: 'team' })).toEqual(['ON_CLUSTER', 'TEAM_ONLY'])
  })

  it('keeps names that override another in any column, by the kind if one is chosen', () => {
    expect(kept({ overridden: true })).toEqual(['EVERYWHERE', 'ON_CLUSTER'])
    expect(kept({ overridden: true, scope: 'cluster' })).toEqual(['ON_CLUSTER'])
    expect(kept({ overridden: true, scope: 'team' })).toEqual([])
  })
})
