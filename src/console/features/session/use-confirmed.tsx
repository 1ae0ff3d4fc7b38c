import { createContext, type ReactNode, useCallback, useContext, useRef, useState } from 'react'
import { loadWhenOpened } from '#console/ui/feedback/load-when-opened.tsx'
import { ActionCancelled } from '#console/ui/hooks/use-action.ts'
import { isConfirmationNeeded } from '#shared/people/session.ts'

const ConfirmationDialog = loadWhenOpened(async () => (await import('./confirmation-dialog.tsx')).ConfirmationDialog)

type Confirmed = <Result>(action: () => Promise<Result>) => Promise<Result>
type Waiting = { proceed: () => void; cancel: (reason: ActionCancelled) => void }

const ConfirmedContext = createContext<Confirmed>((action) => action())

/**
 * Returns a function that runs an action. If the server requires the password first, a dialog asks for it and the
 * action runs again. If the person cancels, the function throws {@link ActionCancelled}, which `useAction` ignores.
 */
export const useConfirmed = (): Confirmed => useContext(ConfirmedContext)

/** Renders the dialog that asks for the confirmation. */
export function ConfirmationProvider({ children }: { children: ReactNode }) {
  const [open, setOpen] = useState(false)
  // More than one if another action was in flight when the dialog opened.
  const waiting = useRef<Waiting[]>([])

  const confirmed = useCallback<Confirmed>(async (action) => {
    try {
      return await action()
    } catch (error) {
      if (!isConfirmationNeeded(error)) throw error
      await new Promise<void>((proceed, cancel) => {
        waiting.current.push({ proceed, cancel })
        setOpen(true)
      })
      return action()
    }
  }, [])
  const close = (settle: (one: Waiting) => void) => {
    setOpen(false)
    for (const one of waiting.current.splice(0)) settle(one)
  }
  return (
    <ConfirmedContext value={confirmed}>
      {children}
      <ConfirmationDialog
        open={open}
        onConfirmed={() => close(({ proceed }) => proceed())}
        onClose={() => close(({ cancel }) => cancel(new ActionCancelled()))}
      />
    </ConfirmedContext>
  )
}
