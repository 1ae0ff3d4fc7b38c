import type { ScopeKind } from '#shared/scope.ts'

/** The kinds of scopes other than the team. */
export type ProjectOrCluster = Exclude<ScopeKind, 'team'>

/** The texts and paths of the pages of projects and clusters. `team` is the team’s namespace. */
export const scopeWords = {
  project: {
    one: 'project',
    many: 'projects',
    title: 'Projects',
    list: (team: string) => `/${team}/projects`,
    page: (team: string, id: string) => `/${team}/projects/${id}/settings`,
    settings: (team: string, id: string) => `/${team}/projects/${id}/settings`,
    environment: (team: string, id: string) => `/${team}/projects/${id}/environment`,
    purpose: 'A project is one thing you train or serve. Its secrets reach its own workloads only.',
    example: 'PyTorch-Classifier',
  },
  cluster: {
    one: 'cluster',
    many: 'clusters',
    title: 'Clusters',
    list: (team: string) => `/${team}/settings/clusters`,
    page: (team: string, id: string) => `/${team}/settings/clusters/${id}/secrets`,
    settings: (team: string, id: string) => `/${team}/settings/clusters/${id}`,
    environment: (team: string, id: string) => `/${team}/settings/clusters/${id}/environment`,
    purpose: 'A cluster is where workloads run. Its secrets reach every workload that runs on it.',
    example: 'gpu-1',
  },
} as const

/** Returns the tabs of a project's pages. */
export const projectTabs = (team: string, id: string) => [
  { to: scopeWords.project.environment(team, id), label: 'Environment' },
  { to: scopeWords.project.settings(team, id), label: 'Settings' },
]

export const clusterTypeWords = {
  kubernetes: 'Kubernetes',
  slurm: 'Slurm',
  vm: 'Virtual machines',
  other: 'Other',
} as const
