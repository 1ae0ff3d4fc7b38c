import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from 'react-router-dom'
import { isAbout, postponeRefetch } from '#console/features/live/postpone-refetch.ts'
import { planCondition, type ShownPlan } from '#console/features/plans/use-plan.ts'
import { useConfirmed } from '#console/features/session/use-confirmed.tsx'
import { useSession } from '#console/features/session/use-session.ts'
import { useClient } from '#console/ui/client-context.tsx'
import { useAnnounce } from '#console/ui/feedback/announcer.tsx'
import { parseForm } from '#console/ui/forms/form-values.ts'
import { useAction } from '#console/ui/hooks/use-action.ts'
import { newCluster, newProject } from '#shared/scope.ts'
import { type ScopeRecord, scopeClient, scopeKeys } from './scope-queries.ts'
import { type ProjectOrCluster, scopeWords } from './scope-words.ts'

/** The typed fields of a project or cluster; a project ignores the type. */
export type ScopeDetails = { name: string; type: string }

/** Returns an action that creates a project or cluster and opens its page. */
export const useCreateScope = (kind: ProjectOrCluster) => {
  const client = useClient()
  const { team } = useSession()
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  return useAction(async (details: ScopeDetails) => {
    const made =
      kind === 'project'
        ? await client.projects.create(parseForm(newProject, details))
        : await client.clusters.create(parseForm(newCluster, details))
    queryClient.setQueryData(scopeKeys.one(team.id, kind, made.id), made)
    void queryClient.invalidateQueries({ queryKey: scopeKeys.kind(team.id, kind) })
    await navigate(scopeWords[kind].page(team.namespace, made.id))
  })
}

/** Returns an action that changes the name of a project, or the name and type of a cluster. */
export const useChangeScope = (kind: ProjectOrCluster, { id }: ScopeRecord, onDone: () => void) => {
  const client = useClient()
  const { team } = useSession()
  const queryClient = useQueryClient()
  return useAction(async (details: ScopeDetails) => {
    const changed =
      kind === 'project'
        ? await client.projects.change(id, parseForm(newProject, details))
        : await client.clusters.change(id, parseForm(newCluster, details))
    queryClient.setQueryData(scopeKeys.one(team.id, kind, id), changed)
    void queryClient.invalidateQueries({ queryKey: scopeKeys.kind(team.id, kind) })
    // Overlaps of secrets in other scopes contain this scope's name. Visible lists belong to this scope, so none is refetched.
    void queryClient.invalidateQueries({ queryKey: ['secrets'], refetchType: 'none' })
    onDone()
  })
}

/** Returns an action that deletes a project or cluster with its secrets, as planned, and opens the list. */
export const useDeleteScope = (kind: ProjectOrCluster, { id, name }: ScopeRecord) => {
  const client = useClient()
  const { team } = useSession()
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const announce = useAnnounce()
  const confirmed = useConfirmed()
  return useAction(async (plan: ShownPlan) => {
    const resumeRefetch = postponeRefetch(queryClient, id)
    await queryClient.cancelQueries({ predicate: isAbout(id) })
    try {
      await confirmed(() => scopeClient(client, kind).delete(id, planCondition(plan)))
    } catch (error) {
      resumeRefetch()
      if (plan.showNewerPlan(error)) return
      throw error
    }
    await navigate(scopeWords[kind].list(team.namespace))
    announce(`Deleted ${name}`)
    void queryClient.invalidateQueries({ queryKey: ['secrets'], refetchType: 'none' })
    void queryClient.invalidateQueries({
      queryKey: scopeKeys.kind(team.id, kind),
      // The page of the deleted scope may still be mounted, and would refetch it.
      predicate: ({ queryKey }) => queryKey[3] !== 'one',
    })
    queryClient.removeQueries({ predicate: isAbout(id), type: 'inactive' })
  })
}
