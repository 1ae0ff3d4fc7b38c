import { loadLater } from '#console/ui/feedback/load-later.tsx'

/** Renders the deleted teams that the person owns, without delaying the rest of the page. */
export const DeletedTeamsLater = loadLater(
  'Your deleted teams',
  async () => (await import('./deleted-teams.tsx')).DeletedTeams,
  null,
)
