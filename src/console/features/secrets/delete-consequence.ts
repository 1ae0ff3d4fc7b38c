import type { ScopeKind } from '#shared/scope.ts'
import type { Overlap } from '#shared/secret.ts'
import { listWords } from './overlap-words.ts'

/** Says what workloads get for the name once the secret in a scope of the kind `own` is gone. */
export const deleteConsequence = (own: ScopeKind, overlaps: readonly Overlap[]): string => {
  const of = (kind: ScopeKind) => overlaps.find((overlap) => overlap.kind === kind)
  const [team, cluster, project] = [of('team'), of('cluster'), of('project')]
  switch (own) {
    case 'team':
      if (!cluster && !project) return 'Workloads in this team will no longer find it.'
      return `Workloads in this team will no longer find it, save those that have it from ${either(cluster, project)}.`
    case 'cluster': {
      const then = `Workloads on this cluster will then ${team ? 'get the team’s value' : 'no longer find it'}`
      return project ? `${then}, save those that have it from ${either(project)}.` : `${then}.`
    }
    case 'project': {
      if (!cluster) return `Workloads in this project will then ${team ? 'get the team’s value' : 'no longer find it'}.`
      const otherwise = team ? 'and the team’s value elsewhere' : 'and no longer find it elsewhere'
      return `Workloads in this project will then get the value of ${either(cluster)} where they run there, ${otherwise}.`
    }
  }
}

/** “cluster gpu-1”, “2 projects (web and api)”, “cluster gpu-1 or project web”. */
const either = (...overlaps: (Overlap | undefined)[]): string =>
  overlaps
    .filter((overlap) => overlap !== undefined)
    .map(({ kind, count, examples }) => {
      const names = listWords(examples, count)
      return count === 1 ? `${kind} ${names}` : `one of ${count.toLocaleString('en')} ${kind}s (${names})`
    })
    .join(' or ')
