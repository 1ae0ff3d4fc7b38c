import { Link, useParams } from 'react-router-dom'
import { buttonClass } from '#console/ui/forms/button.tsx'
import { usePageTitle } from '#console/ui/hooks/use-page-title.ts'
import { MessagePage } from './message-page.tsx'

type NotFoundMessageProps = {
  /** Target of the link. Default: the projects of the team in the address, or the start page. */
  home?: string
  homeLabel?: string
  text?: string
}

/** Tells that an address does not exist, with a link to `home`. */
export function NotFoundMessage({ home, homeLabel = 'Go to projects', text }: NotFoundMessageProps) {
  const { namespace } = useParams()
  const start = namespace ? `/${namespace}/projects` : '/'
  usePageTitle('Page not found')
  return (
    <MessagePage
      title="Page not found"
      actions={
        <Link to={home ?? start} className={buttonClass('primary')}>
          {homeLabel}
        </Link>
      }
    >
      <p>{text ?? 'Nothing is at this address, or it belongs to a team you are not in. Check the address.'}</p>
    </MessagePage>
  )
}
