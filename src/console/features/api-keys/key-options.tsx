import { useSession } from '#console/features/session/use-session.ts'
import { fieldFailure } from '#console/ui/feedback/failure-words.ts'
import { plainText } from '#console/ui/forms/input-attributes.ts'
import { RadioGroup } from '#console/ui/forms/radio-group.tsx'
import { TextField } from '#console/ui/forms/text-field.tsx'
import { roleMay } from '#shared/people/role.ts'
import { ExpiryField } from './expiry-field.tsx'
import type { KeyDraft } from './key-draft.ts'
import styles from './key-options.module.css'
import { ScopePicker } from './scope-picker.tsx'

type KeyOptionsProps = {
  open: boolean
  onClose: () => void
  id: string
  draft: KeyDraft
  onChange: (change: Partial<KeyDraft>) => void
  error: unknown
  /** Whether the key may belong to the team. */
  ofTeam: boolean
}

const accesses = [
  { value: 'manage', label: 'Manage secrets', detail: 'Sees names, sets and deletes secrets. Never reads a value.' },
  { value: 'run', label: 'Run workloads', detail: 'Gets values, for workloads that start.' },
  { value: 'both', label: 'Both' },
] as const

const owners = [
  { value: 'me', label: 'You', detail: 'Acts as you, and ends when you leave the team.' },
  { value: 'team', label: 'The team', detail: 'Acts as the team. Owners and admins renew and revoke it.' },
] as const

/** Renders the options of a new key: access, limits and expiry. A separate chunk, loaded on first use. */
export function KeyOptions({ open, id, draft, onChange, error, ofTeam }: KeyOptionsProps) {
  const { team } = useSession()
  if (!open) return null
  const needsLimit = draft.access !== 'manage' && !roleMay(team.role, 'manageKeys')
  return (
    <div id={id} className={styles.options}>
      {ofTeam && roleMay(team.role, 'manageKeys') && (
        <RadioGroup label="Belongs to" value={draft.owner} onChange={(owner) => onChange({ owner })} options={owners} />
      )}
      <RadioGroup label="Access" value={draft.access} onChange={(access) => onChange({ access })} options={accesses} />
      {/* biome-ignore lint/a11y/useSemanticElements: two fields with their own labels */}
      <div role="group" aria-label="Limits" className={styles.pair}>
        <ScopePicker
          kind="project"
          label="Only in project"
          placeholder={needsLimit ? 'Choose a project' : 'Any project'}
          value={draft.project}
          onChange={(project) => onChange({ project })}
          error={fieldFailure(error, 'projectId')}
        />
        <ScopePicker
          kind="cluster"
          label="Only on cluster"
          placeholder={needsLimit ? 'Choose a cluster' : 'Any cluster'}
          value={draft.cluster}
          onChange={(cluster) => onChange({ cluster })}
          error={fieldFailure(error, 'clusterId')}
        />
        {needsLimit && (
          <p className={styles.hint}>
            Your role needs one of both for a key that runs workloads. Owners and admins may leave both open.
          </p>
        )}
      </div>
      <TextField
        {...plainText}
        label="Only from addresses"
        value={draft.addresses}
        onChange={(addresses) => onChange({ addresses })}
        hint="Addresses or ranges, such as 192.0.2.0/24. Empty means from everywhere."
        error={fieldFailure(error, 'addresses')}
      />
      <ExpiryField draft={draft} onChange={onChange} error={fieldFailure(error, 'expiresAt')} />
    </div>
  )
}
