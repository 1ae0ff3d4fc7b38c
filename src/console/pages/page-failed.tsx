import { useNavigate } from 'react-router-dom'
import { MessagePage } from '#console/ui/feedback/message-page.tsx'
import { Button } from '#console/ui/forms/button.tsx'
import { usePageTitle } from '#console/ui/hooks/use-page-title.ts'

/** Replaces a page that threw: because of a bug, or because a newer release has replaced its chunks. */
export function PageFailed() {
  const navigate = useNavigate()
  usePageTitle('Page failed')
  return (
    <MessagePage
      title="This page failed"
      actions={
        <>
          <Button look="primary" onClick={() => window.location.reload()}>
            Reload page
          </Button>
          <Button onClick={() => void navigate('/')}>Go to projects</Button>
        </>
      }
    >
      <p>Something in the console did not work. Nothing was changed by it. Reload the page to try again.</p>
    </MessagePage>
  )
}
