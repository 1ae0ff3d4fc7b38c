import { useState } from 'react'
import { scopeWords } from '#console/features/scopes/scope-words.ts'
import { checkName } from '#console/features/secrets/secret-names.ts'
import { useSecretWrites } from '#console/features/secrets/use-secret-writes.ts'
import { useStoreSecret } from '#console/features/secrets/use-store-secret.ts'
import { useDenied, useSession } from '#console/features/session/use-session.ts'
import { Dialog } from '#console/ui/dialogs/dialog.tsx'
import { useAnnounce } from '#console/ui/feedback/announcer.tsx'
import { fieldFailure, formFailure } from '#console/ui/feedback/failure-words.ts'
import type { Choice } from '#console/ui/forms/combobox.tsx'
import { plainText } from '#console/ui/forms/input-attributes.ts'
import { RadioGroup } from '#console/ui/forms/radio-group.tsx'
import { ReplaceOffer } from '#console/ui/forms/replace-offer.tsx'
import { TextField } from '#console/ui/forms/text-field.tsx'
import type { MadeApiKey } from '#shared/people/api-key.ts'
import type { Scope, ScopeKind } from '#shared/scope.ts'
import { ScopePicker } from './scope-picker.tsx'

/** Where a key was stored: the secret's name, the scope in words, and the path of its page. */
export type StoredKey = { name: string; where: string; to: string }

type StoreKeyProps = {
  open: boolean
  onClose: () => void
  made: MadeApiKey
  onStored: (stored: StoredKey) => void
}

/** Stores a new key as a secret, so that nobody has to type it. A separate chunk, loaded on first use. */
export function StoreKey({ open, onClose, made, onStored }: StoreKeyProps) {
  const { team } = useSession()
  const announce = useAnnounce()
  const sharedDenied = useDenied('setSharedSecrets')
  const projectDenied = useDenied('setProjectSecrets')
  const [kind, setKind] = useState<ScopeKind>('project')
  const [chosen, setChosen] = useState<Record<'project' | 'cluster', Choice | null>>({
    project: made.project,
    cluster: made.cluster,
  })
  const [name, setName] = useState('GRADIENT_API_KEY')
  // A new object for each refused submit, so that the form focuses the invalid field each time.
  const [refused, setRefused] = useState<object>()

  const target = kind === 'team' ? team : chosen[kind]
  const scope: Scope = { kind, id: target?.id ?? '' }
  const storing = useStoreSecret(useSecretWrites(scope), (secret) => {
    const where = `${kind} “${target?.name}”`
    const to = kind === 'team' ? `/${team.namespace}/settings/secrets` : scopeWords[kind].page(team.namespace, scope.id)
    announce(`Stored as ${secret.name} in ${where}`)
    onStored({ name: secret.name, where, to })
  })
  const { existing, error } = storing
  const nameProblem = name === '' ? 'Type a name.' : checkName(name).problem

  const change = (apply: () => void) => {
    apply()
    storing.keepExisting()
    storing.forget()
    setRefused(undefined)
  }
  const store = () => {
    if (!target || nameProblem) return setRefused({})
    void storing.create(name, made.key)
  }
  const close = () => {
    change(() => undefined)
    onClose()
  }
  return (
    <Dialog
      open={open}
      title={`Store the key of “${made.name}” as a secret`}
      description={<p>Scripts and workloads then get it from here, and nobody has to type it.</p>}
      confirmLabel="Store"
      busyLabel="Storing…"
      pending={storing.pending && !existing}
      failed={refused ?? error}
      error={formFailure(error, ['name'])}
      onConfirm={store}
      onClose={close}
    >
      <RadioGroup
        label="Where"
        value={kind}
        onChange={(next) => change(() => setKind(next))}
        options={[
          { value: 'project', label: 'A project', disabledReason: projectDenied },
          { value: 'cluster', label: 'A cluster', disabledReason: sharedDenied },
          { value: 'team', label: `The team “${team.name}”`, disabledReason: sharedDenied },
        ]}
      />
      {kind !== 'team' && (
        <ScopePicker
          key={kind}
          kind={kind}
          label={kind === 'project' ? 'Project' : 'Cluster'}
          placeholder={`Choose a ${kind}`}
          value={chosen[kind]}
          onChange={(next) => change(() => setChosen((before) => ({ ...before, [kind]: next })))}
          error={refused && !target ? `Choose a ${kind}.` : undefined}
        />
      )}
      <TextField
        {...plainText}
        label="Secret name"
        mono
        value={name}
        onChange={(next) => change(() => setName(next))}
        error={fieldFailure(error, 'name') ?? (refused && nameProblem)}
        maxLength={128}
      />
      <div role="status">
        {existing && (
          <ReplaceOffer
            existing={existing}
            pending={storing.pending}
            onReplace={() => void storing.replace(name, made.key, existing.etag)}
            onKeep={storing.keepExisting}
          />
        )}
      </div>
    </Dialog>
  )
}
