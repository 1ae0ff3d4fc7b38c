import { useState } from 'react'
import { PlanInDialog, planChangedText, planPendingReason } from '#console/features/plans/plan-in-dialog.tsx'
import { usePlan } from '#console/features/plans/use-plan.ts'
import { useDenied, useSession } from '#console/features/session/use-session.ts'
import { useClient } from '#console/ui/client-context.tsx'
import { AlertDialog } from '#console/ui/dialogs/dialog.tsx'
import { failureWords } from '#console/ui/feedback/failure-words.ts'
import { Reason } from '#console/ui/feedback/notice.tsx'
import { Button } from '#console/ui/forms/button.tsx'
import { TextField } from '#console/ui/forms/text-field.tsx'
import { countWords } from '#console/ui/layout/count-words.ts'
import { Section } from '#console/ui/layout/section.tsx'
import { defaultTrashDays } from '#shared/trash.ts'
import { type ScopeRecord, scopeClient } from './scope-queries.ts'
import styles from './scope-settings.module.css'
import { type ProjectOrCluster, scopeWords } from './scope-words.ts'
import { useDeleteScope } from './scope-writes.ts'

type DeleteScopeProps = {
  kind: ProjectOrCluster
  record: ScopeRecord
  /** Refetches the record, so that the dialog asks for the current name. */
  onAsk: () => void
}

/** Renders the part of a settings page that deletes a project or cluster after the person typed its name. */
export function DeleteScope({ kind, record, onAsk }: DeleteScopeProps) {
  const client = useClient()
  const [open, setOpen] = useState(false)
  // Each opening of the dialog fetches a new plan.
  const [openings, setOpenings] = useState(0)
  const [typed, setTyped] = useState('')
  const remove = useDeleteScope(kind, record)
  const denied = useDenied('changeScopes')
  const { one, many } = scopeWords[kind]
  const { trashDays = defaultTrashDays } = useSession()
  const days = countWords(trashDays, 'day')
  const plan = usePlan(openings > 0 ? `${openings}` : undefined, (signal) =>
    scopeClient(client, kind).planDelete(record.id, signal),
  )
  const isTyped = typed.trim() === record.name
  const ask = () => {
    onAsk()
    setOpenings(openings + 1)
    setTyped('')
    remove.forget()
    setOpen(true)
  }
  return (
    <Section
      heading={`Delete ${one}`}
      explanation={
        <p>
          Deletes the {one} together with its secrets. It can be restored for {days}.
        </p>
      }
    >
      <div className={styles.controls}>
        <Button look="danger" disabledReason={denied} onClick={ask}>
          Delete {one}
        </Button>
        <Reason>{denied}</Reason>
      </div>
      <AlertDialog
        open={open}
        title={`Delete the ${one} “${record.name}”?`}
        description={
          <>
            <PlanInDialog {...plan} />
            <p>
              The {one} can be restored for {days}, from the list of {many}.
            </p>
          </>
        }
        confirmLabel={`Delete ${one}`}
        busyLabel="Deleting…"
        pending={remove.pending}
        disabledReason={isTyped ? planPendingReason(plan) : `Type the name of the ${one} first.`}
        error={remove.error === undefined ? plan.isNewer && planChangedText() : failureWords(remove.error)}
        onConfirm={() => void remove.run(plan)}
        onClose={() => setOpen(false)}
      >
        <TextField
          label={`Type “${record.name}” to confirm`}
          value={typed}
          onChange={setTyped}
          autoComplete="off"
          spellCheck={false}
        />
      </AlertDialog>
    </Section>
  )
}
