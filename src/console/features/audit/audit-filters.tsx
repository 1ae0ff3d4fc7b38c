import { useMembers } from '#console/features/members/member-queries.ts'
import { Select } from '#console/ui/forms/select.tsx'
import { TextField } from '#console/ui/forms/text-field.tsx'
import { type AuditAction, auditActions } from '#shared/audit/audit-record.ts'
import styles from './audit.module.css'
import type { AuditFilter } from './audit-filter.ts'
import { auditWords } from './audit-words.ts'

const actions: { value: AuditAction | ''; label: string }[] = [
  { value: '', label: 'Any action' },
  ...auditActions.map((value) => ({ value, label: auditWords[value].label })),
]

type AuditFiltersProps = {
  filter: AuditFilter
  /** The name as typed; the filter changes after a pause. */
  name: { text: string; setText: (text: string) => void }
  onChange: (key: 'person' | 'action' | 'from' | 'to', value: string) => void
}

/** Renders the filters of the audit trail: person, action, name and days. */
export function AuditFilters({ filter, name, onChange }: AuditFiltersProps) {
  const members = useMembers()
  const people = [
    { value: '', label: 'Anybody' },
    ...(members.data ?? []).map((member) => ({ value: member.id, label: member.name })),
  ]
  // The URL may name a person who has left the team.
  if (!people.some(({ value }) => value === filter.person)) people.push({ value: filter.person, label: filter.person })
  return (
    <search className={styles.filters}>
      <Select label="Person" value={filter.person} onChange={(person) => onChange('person', person)} options={people} />
      <Select
        label="Action"
        value={filter.action}
        onChange={(action) => onChange('action', action)}
        options={actions}
      />
      <TextField
        label="Name"
        type="search"
        value={name.text}
        onChange={name.setText}
        autoComplete="off"
        spellCheck={false}
      />
      <TextField label="From day" type="date" value={filter.from} onChange={(day) => onChange('from', day)} />
      <TextField label="To day" type="date" value={filter.to} onChange={(day) => onChange('to', day)} />
    </search>
  )
}
