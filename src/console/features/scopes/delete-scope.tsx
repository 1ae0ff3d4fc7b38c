import { useState } from 'react'
import { useDenied } from '#console/features/session/use-denied.ts'
import { AlertDialog } from '#console/ui/alert-dialog.tsx'
import { Button } from '#console/ui/button.tsx'
import { failureWords } from '#console/ui/failure-words.ts'
import { Reason } from '#console/ui/reason.tsx'
import { Section } from '#console/ui/section.tsx'
import { TextField } from '#console/ui/text-field.tsx'
import styles from './delete-scope.module.css'
import type { ScopeRecord } from './scope-queries.ts'
import { counted, type MadeScopeKind, scopeWords } from './scope-words.ts'
import { useDeleteScope } from './scope-writes.ts'

type DeleteScopeProps = {
  kind: MadeScopeKind
  record: ScopeRecord
  /** Reads the record anew, so that the dialog tells the number of secrets of now. */
  onAsk: () => void
}

/** The part of a settings page that deletes a project or cluster, after its name has been typed. */
export function DeleteScope({ kind, record, onAsk }: DeleteScopeProps) {
  const [open, setOpen] = useState(false)
  const [typed, setTyped] = useState('')
  const remove = useDeleteScope(kind, record)
  const denied = useDenied('changeScopes')
  const { one } = scopeWords[kind]
  const ask = () => {
    onAsk()
    setTyped('')
    remove.forget()
    setOpen(true)
  }
  return (
    <Section
      heading={`Delete ${one}`}
      explanation={<p>Deletes the {one} together with its secrets. This cannot be undone.</p>}
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
            <p>{consequence(kind, record.secrets)}</p>
            <p>This cannot be undone.</p>
          </>
        }
        confirmLabel={`Delete ${one}`}
        busyLabel="Deleting…"
        pending={remove.pending}
        disabledReason={typed.trim() === record.name ? undefined : `Type the name of the ${one} first.`}
        error={remove.error === undefined ? undefined : failureWords(remove.error)}
        onConfirm={() => void remove.run()}
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

const consequence = (kind: MadeScopeKind, secrets: number): string => {
  if (secrets === 0) return `No secrets are stored in this ${kind}.`
  const all = counted(secrets, 'secret is', 'secrets are')
  const after = kind === 'project' ? 'Workloads of this project' : 'Workloads on this cluster'
  return `${all} deleted with it. ${after} will no longer find ${secrets === 1 ? 'it' : 'them'} here.`
}
