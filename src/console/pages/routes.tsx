import type { ComponentType } from 'react'
import { Navigate, type RouteObject } from 'react-router-dom'
import { TeamPages } from '#console/features/frame/team-pages.tsx'
import { TeamSettings } from '#console/features/frame/team-settings.tsx'
import { PageLoading } from '#console/ui/feedback/message-page.tsx'
import { NotFoundMessage } from '#console/ui/feedback/not-found-message.tsx'
import { HomePage } from './home.tsx'
import { PageFailed } from './page-failed.tsx'

/** Loads a page's code during navigation. The previous page stays visible, and nested pages load in parallel. */
const page = (load: () => Promise<ComponentType>): Pick<RouteObject, 'lazy'> => ({
  lazy: async () => ({ Component: await load() }),
})

const login = page(async () => (await import('./login.tsx')).LoginPage)
const setup = page(async () => (await import('./setup.tsx')).SetupPage)
const invite = page(async () => (await import('./invite.tsx')).InvitePage)
const reset = page(async () => (await import('./reset.tsx')).ResetPage)
const cliLogin = page(async () => (await import('./cli-login.tsx')).CliLoginPage)
const account = page(async () => (await import('./account.tsx')).AccountPage)
const projects = page(async () => (await import('./projects.tsx')).ProjectsPage)
const projectSettings = page(async () => (await import('./project-settings.tsx')).ProjectSettingsPage)
const projectEnvironment = page(async () => (await import('./project-environment.tsx')).ProjectEnvironmentPage)
const teamEnvironment = page(async () => (await import('./team-environment.tsx')).TeamEnvironmentPage)
const teamSecrets = page(async () => (await import('./team-secrets.tsx')).TeamSecretsPage)
const teamGeneral = page(async () => (await import('./team-general.tsx')).TeamGeneralPage)
const members = page(async () => (await import('./members.tsx')).MembersPage)
const apiKeys = page(async () => (await import('./api-keys.tsx')).ApiKeysPage)
const audit = page(async () => (await import('./audit.tsx')).AuditPage)
const clusters = page(async () => (await import('./clusters.tsx')).ClustersPage)
const clusterPages = page(async () => (await import('#console/features/scopes/cluster-pages.tsx')).ClusterPages)
const clusterSecrets = page(async () => (await import('./cluster-secrets.tsx')).ClusterSecretsPage)
const clusterEnvironment = page(async () => (await import('./cluster-environment.tsx')).ClusterEnvironmentPage)
const clusterSettings = page(async () => (await import('./cluster-settings.tsx')).ClusterSettingsPage)

/** All routes of the console. */
export const routes: RouteObject[] = [
  {
    hydrateFallbackElement: <PageLoading />,
    errorElement: <PageFailed />,
    children: [
      { path: '/', element: <HomePage /> },
      { path: '/setup', ...setup },
      { path: '/login', ...login },
      { path: '/invite', ...invite },
      { path: '/reset', ...reset },
      { path: '/cli-login', ...cliLogin },
      {
        path: '/:namespace',
        element: <TeamPages />,
        children: [
          {
            errorElement: <PageFailed />,
            children: [
              { index: true, element: <Navigate to="projects" replace /> },
              { path: 'account', ...account },
              { path: 'projects', ...projects },
              { path: 'projects/:id', element: <Navigate to="settings" replace /> },
              { path: 'projects/:id/environment', ...projectEnvironment },
              { path: 'projects/:id/settings', ...projectSettings },
              {
                path: 'settings',
                element: <TeamSettings />,
                children: [
                  { index: true, element: <Navigate to="secrets" replace /> },
                  { path: 'general', ...teamGeneral },
                  { path: 'members', ...members },
                  { path: 'api-keys', ...apiKeys },
                  { path: 'secrets', ...teamSecrets },
                  { path: 'environment', ...teamEnvironment },
                  { path: 'clusters', ...clusters },
                  { path: 'audit', ...audit },
                ],
              },
              {
                path: 'settings/clusters/:id',
                ...clusterPages,
                children: [
                  { index: true, ...clusterSettings },
                  { path: 'secrets', ...clusterSecrets },
                  { path: 'environment', ...clusterEnvironment },
                ],
              },
              { path: '*', element: <NotFoundMessage /> },
            ],
          },
        ],
      },
      { path: '*', element: <NotFoundMessage /> },
    ],
  },
]
