import { fieldFailure } from '#console/ui/feedback/failure-words.ts'
import { Select } from '#console/ui/forms/select.tsx'
import { TextField } from '#console/ui/forms/text-field.tsx'
import { clusterTypes, maxLabelLength } from '#shared/scope.ts'
import { clusterTypeWords, type ProjectOrCluster } from './scope-words.ts'
import type { ScopeDetails } from './scope-writes.ts'

type ScopeFieldsProps = {
  kind: ProjectOrCluster
  details: ScopeDetails
  onChange: (details: ScopeDetails) => void
  error: unknown
  /** Shown below the name. */
  hint?: string
  /** The reason why the person may not change the fields. */
  denied?: string | undefined
}

export const scopeFieldNames = ['name', 'type']

const typeOptions = clusterTypes.map((value) => ({ value: value as string, label: clusterTypeWords[value] }))

/** Renders the fields of a project (a name) or a cluster (a name and a type). */
export function ScopeFields({ kind, details, onChange, error, hint, denied }: ScopeFieldsProps) {
  return (
    <>
      <TextField
        label={kind === 'project' ? 'Project name' : 'Cluster name'}
        value={details.name}
        onChange={(name) => onChange({ ...details, name })}
        error={fieldFailure(error, 'name')}
        hint={hint}
        autoComplete="off"
        maxLength={maxLabelLength}
        disabled={denied !== undefined}
        required
      />
      {kind === 'cluster' && (
        <Select
          label="Type"
          value={details.type}
          onChange={(type) => onChange({ ...details, type })}
          error={fieldFailure(error, 'type')}
          options={typeOptions}
          disabledReason={denied}
        />
      )}
    </>
  )
}
