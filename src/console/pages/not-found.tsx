import { useParams } from 'react-router-dom'
import { NotFoundMessage } from '#console/ui/feedback/not-found-message.tsx'

export function NotFound() {
  const { namespace } = useParams()
  return <NotFoundMessage home={namespace ? `/${namespace}/projects` : '/'} />
}
