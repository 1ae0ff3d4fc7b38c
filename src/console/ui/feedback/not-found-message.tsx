import { Link } from 'react-router-dom'
import { buttonClass } from '#console/ui/forms/button.tsx'
import { usePageTitle } from '#console/ui/hooks/use-page-title.ts'
import { MessagePage } from './message-page.tsx'

/** Tells that an address does not exist, with a link to `home`. */
export function NotFoundMessage({
  home,
  homeLabel = 'Go to projects',
  text,
}: {
  home: string
  homeLabel?: string
  text?: string
}) {
  usePageTitle('Page not found')
  return (
    <MessagePage
      title="Page not found"
      actions={
        <Link to={home} className={buttonClass('primary')}>
          {homeLabel}
        </Link>
      }
    >
      <p>{text ?? 'Nothing is at this address, or it belongs to a team you are not in. Check the address.'}</p>
    </MessagePage>
  )
}
