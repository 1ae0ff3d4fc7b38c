import { useId, useState } from 'react'
import common from '#console/ui/layout/common.module.css'
import { FilterField } from '#console/ui/lists/filter-field.tsx'
import type { Member } from '#shared/people/member.ts'
import styles from './project-access.module.css'
import { roleWords } from './role-words.ts'

type PeopleChoiceProps = {
  people: readonly Member[]
  /** The IDs of the chosen people. */
  chosen: ReadonlySet<string>
  onChange: (chosen: ReadonlySet<string>) => void
  disabled: boolean
}

/** Minimum number of people for which the list has a filter. */
const minForFilter = 8

/** Renders a list of people with checkboxes. */
export function PeopleChoice({ people, chosen, onChange, disabled }: PeopleChoiceProps) {
  const [filter, setFilter] = useState('')
  const id = useId()
  const query = filter.trim().toLowerCase()
  const found = people.filter(({ name, email }) => `${name}\n${email}`.toLowerCase().includes(query))
  const count = people.filter((person) => chosen.has(person.id)).length
  const toggle = (person: string) => {
    const next = new Set(chosen)
    if (!next.delete(person)) next.add(person)
    onChange(next)
  }
  if (people.length === 0) {
    return <p className={styles.none}>There is nobody to choose: everybody in the team is an owner or an admin.</p>
  }
  return (
    <fieldset className={styles.choice}>
      <legend className={common.legend}>
        {count.toLocaleString('en')} of {people.length.toLocaleString('en')} chosen
      </legend>
      {people.length >= minForFilter && <FilterField label="Filter people" value={filter} onChange={setFilter} />}
      <ul className={styles.list}>
        {found.map((person) => (
          <li key={person.id} className={styles.person}>
            <input
              id={`${id}-${person.id}`}
              type="checkbox"
              className={common.checkbox}
              checked={chosen.has(person.id)}
              disabled={disabled}
              onChange={() => toggle(person.id)}
              aria-describedby={`${id}-${person.id}-detail`}
            />
            <label htmlFor={`${id}-${person.id}`} className={styles.label}>
              {person.name}
            </label>
            <span id={`${id}-${person.id}-detail`} className={styles.detail}>
              {roleWords[person.role].label.toLowerCase()}, {person.email}
            </span>
          </li>
        ))}
      </ul>
      {found.length === 0 && <p className={styles.none}>Nobody has “{filter.trim()}” in their name or email.</p>}
    </fieldset>
  )
}
