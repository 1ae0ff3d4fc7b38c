/** Where a secret can live, weakest first: a project wins over a cluster, a cluster over the team. */
export const scopeKinds = ['team', 'cluster', 'project'] as const
export type ScopeKind = (typeof scopeKinds)[number]
