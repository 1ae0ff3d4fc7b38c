import { createContext, type ReactNode, useCallback, useContext, useRef, useState } from 'react'
import { ActionCancelled } from '#console/ui/hooks/use-action.ts'
import { isConfirmationNeeded } from '#shared/people/session.ts'
import { ConfirmationDialog } from './confirmation-dialog.tsx'

type Confirmed = <Result>(action: () => Promise<Result>) => Promise<Result>
type Waiting = { goOn: () => void; callOff: (reason: ActionCancelled) => void }

const ConfirmedContext = createContext<Confirmed>((action) => action())

/**
 * Runs a dangerous action. If the server wants the password for it first, a dialog asks, and the action is run again.
 * When the person cancels, it throws {@link ActionCancelled}, of which `useAction` says nothing.
 */
export const useConfirmed = (): Confirmed => useContext(ConfirmedContext)

/** Holds the dialog that asks for the password. */
export function ConfirmationProvider({ children }: { children: ReactNode }) {
  const [open, setOpen] = useState(false)
  // More than one, if one was on its way when the dialog opened for another.
  const waiting = useRef<Waiting[]>([])

  const confirmed = useCallback<Confirmed>(async (action) => {
    try {
      return await action()
    } catch (error) {
      if (!isConfirmationNeeded(error)) throw error
      await new Promise<void>((goOn, callOff) => {
        waiting.current.push({ goOn, callOff })
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
        onConfirmed={() => close(({ goOn }) => goOn())}
        onClose={() => close(({ callOff }) => callOff(new ActionCancelled()))}
      />
    </ConfirmedContext>
  )
}
