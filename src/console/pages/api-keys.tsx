import { MyApiKeys } from '#console/features/api-keys/my-api-keys.tsx'
import { TeamApiKeys } from '#console/features/api-keys/team-api-keys.tsx'
import { useSession } from '#console/features/session/use-session.ts'
import { usePageTitle } from '#console/ui/hooks/use-page-title.ts'

export function ApiKeys() {
  const { team } = useSession()
  usePageTitle('API Keys', team.name)
  return (
    <>
      <MyApiKeys />
      <TeamApiKeys />
    </>
  )
}
