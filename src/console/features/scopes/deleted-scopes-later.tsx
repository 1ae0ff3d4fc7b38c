import { useDenied } from '#console/features/session/use-session.ts'
import { loadLater } from '#console/ui/feedback/load-later.tsx'
import type { ProjectOrCluster } from './scope-words.ts'

const DeletedScopes = loadLater(
  'What was deleted',
  async () => (await import('./deleted-scopes.tsx')).DeletedScopes,
  null,
)

/** Renders what was deleted recently, to those who may restore it, without delaying the list above. */
export function DeletedScopesLater({ kind }: { kind: ProjectOrCluster }) {
  return useDenied('changeScopes') === undefined ? <DeletedScopes kind={kind} /> : null
}
