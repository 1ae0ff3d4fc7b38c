import { useState } from 'react'
import { useDenied } from '#console/features/session/use-session.ts'
import { Dialog } from '#console/ui/dialogs/dialog.tsx'
import { formFailure } from '#console/ui/feedback/failure-words.ts'
import { Reason } from '#console/ui/feedback/notice.tsx'
import { Button } from '#console/ui/forms/button.tsx'
import { ScopeFields, scopeFieldNames } from './scope-fields.tsx'
import { type ProjectOrCluster, scopeWords } from './scope-words.ts'
import { type ScopeDetails, useCreateScope } from './scope-writes.ts'

const empty: ScopeDetails = { name: '', type: 'kubernetes' }

/** Renders the button “New project” or “New cluster” and its dialog. */
export function NewScopeButton({ kind }: { kind: ProjectOrCluster }) {
  const [open, setOpen] = useState(false)
  const [details, setDetails] = useState(empty)
  const create = useCreateScope(kind)
  const denied = useDenied('changeScopes')
  const { one, purpose, example } = scopeWords[kind]
  const start = () => {
    setDetails(empty)
    create.forget()
    setOpen(true)
  }
  return (
    <>
      <Reason>{denied}</Reason>
      <Button look="primary" disabledReason={denied} onClick={start}>
        New {one}
      </Button>
      <Dialog
        open={open}
        title={`New ${one}`}
        description={<p>{purpose}</p>}
        confirmLabel={`Create ${one}`}
        busyLabel="Creating…"
        pending={create.pending}
        failed={create.error}
        error={formFailure(create.error, scopeFieldNames)}
        onConfirm={() => void create.run(details)}
        onClose={() => setOpen(false)}
      >
        <ScopeFields
          kind={kind}
          details={details}
          onChange={setDetails}
          error={create.error}
          hint={`Like “${example}”. It can be changed later.`}
        />
      </Dialog>
    </>
  )
}
