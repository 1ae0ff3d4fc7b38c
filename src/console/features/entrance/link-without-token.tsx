import { Notice } from '#console/ui/feedback/notice.tsx'
import { usePageTitle } from '#console/ui/hooks/use-page-title.ts'
import { Entrance } from './entrance.tsx'

/** Replaces a page that a one-time link opens when its address has no token. */
export function LinkWithoutToken({ title }: { title: string }) {
  usePageTitle(title, 'Gradient Secrets')
  return (
    <Entrance title={title}>
      <Notice tone="warn">
        The address lacks its token, which is taken out of it once the page has read it. Open the whole link that you
        were given.
      </Notice>
    </Entrance>
  )
}
