import { MyApiKeys, TeamApiKeys } from '#console/features/api-keys/api-key-sections.tsx'
import { useSession } from '#console/features/session/use-session.ts'
import { usePageTitle } from '#console/ui/hooks/use-page-title.ts'

export function ApiKeysPage() {
  const { team } = useSession()
  usePageTitle('API Keys', team.name)
  return (
    <>
      <MyApiKeys />
      <TeamApiKeys />
    </>
  )
}
