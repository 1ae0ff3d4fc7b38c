import { Outlet } from 'react-router-dom'
import { useSession } from '#console/features/session/use-session.ts'
import { PageHeader } from '#console/ui/layout/page-header.tsx'

/** Layout route of the Team settings pages: heading and tabs. */
export function TeamSettings() {
  const { team } = useSession()
  const settings = `/${team.namespace}/settings`
  const tabs = [
    { to: `${settings}/general`, label: 'General' },
    { to: `${settings}/members`, label: 'Members' },
    { to: `${settings}/api-keys`, label: 'API Keys' },
    { to: `${settings}/secrets`, label: 'Secrets' },
    { to: `${settings}/environment`, label: 'Environment' },
    { to: `${settings}/clusters`, label: 'Clusters' },
    { to: `${settings}/audit`, label: 'Audit' },
  ]
  return (
    <>
      <PageHeader title="Team settings" tabs={tabs} />
      <Outlet />
    </>
  )
}
