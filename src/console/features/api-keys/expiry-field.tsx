import { Select } from '#console/ui/forms/select.tsx'
import { TextField } from '#console/ui/forms/text-field.tsx'
import { useNow } from '#console/ui/hooks/use-now.ts'
import { dayWords } from '#shared/relative-time-words.ts'
import { type ExpiryChoice, expiryDate, type KeyDraft } from './key-draft.ts'
import styles from './key-options.module.css'

type ExpiryFieldProps = {
  draft: KeyDraft
  onChange: (change: Partial<KeyDraft>) => void
  error: string | undefined
}

const options: { value: ExpiryChoice; label: string }[] = [
  { value: '30', label: 'After 30 days' },
  { value: '90', label: 'After 90 days' },
  { value: '365', label: 'After 1 year' },
  { value: 'never', label: 'Never' },
  { value: 'date', label: 'On a day…' },
]

/** Renders the field for the expiry of a key. */
export function ExpiryField({ draft, onChange, error }: ExpiryFieldProps) {
  const now = useNow()
  const end = expiryDate(draft, now)
  const chosen = draft.expiry === 'date'
  const hint =
    end === null
      ? 'It works until somebody revokes it.'
      : end && !chosen && `It works until ${dayWords(end, new Date(now))}.`
  return (
    <div className={styles.pair}>
      <Select
        label="Expires"
        value={draft.expiry}
        onChange={(expiry) => onChange({ expiry })}
        options={options}
        hint={hint}
        error={chosen ? undefined : error}
      />
      {chosen && (
        <TextField
          label="Last day"
          type="date"
          min={localDay(now)}
          value={draft.day}
          onChange={(day) => onChange({ day })}
          error={error}
        />
      )}
    </div>
  )
}

/** Returns the local date of a time as `2030-01-31`, the format of date fields. */
const localDay = (time: number): string => {
  const at = new Date(time)
  const two = (part: number) => String(part).padStart(2, '0')
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
}
