import { type RefObject, useRef, useState } from 'react'
import { PlanInForm } from '#console/features/plans/plan-in-form.tsx'
import { usePlan } from '#console/features/plans/use-plan.ts'
import type { SecretWrites } from '#console/features/secrets/use-secret-writes.ts'
import { fieldFailure, hasCode } from '#console/ui/feedback/failure-words.ts'
import { loadLater } from '#console/ui/feedback/load-later.tsx'
import { AddForm } from '#console/ui/forms/add-form.tsx'
import { useDebouncedValue } from '#console/ui/hooks/use-debounced-value.ts'
import { useSecretState } from '#console/ui/hooks/use-secret-state.ts'
import { valueProblem } from '#shared/secret.ts'
import { checkName } from './name-check.ts'
import { NameField } from './name-field.tsx'
import { TakenName } from './name-taken-notice.tsx'
import styles from './secret-form.module.css'
import { type Stored, useStoring } from './use-store-secret.ts'
import { ValueField } from './value-field.tsx'

const ReplaceOffer = loadLater(
  'The question',
  async () => (await import('#console/ui/forms/replace-offer.tsx')).ReplaceOffer,
  null,
)

type AddSecretProps = {
  writes: SecretWrites
  nameField: RefObject<HTMLInputElement | null>
  denied: string | undefined
  onStored: Stored
}

const fieldNames = ['name', 'value']

/** So long, in milliseconds, a name stays as it is before it is asked what it would touch. */
const pause = 400

/** The form for a new name. A name that is taken is not overwritten; it asks first. */
export function AddSecret({ writes, nameField, denied, onStored }: AddSecretProps) {
  const [name, setName] = useState('')
  const [value, setValue] = useSecretState('')
  const [sent, setSent] = useState(false)
  const valueField = useRef<HTMLTextAreaElement>(null)
  const isName = denied === undefined && name !== '' && !checkName(name).problem
  const isSettled = useDebouncedValue(name, pause) === name
  const plan = usePlan(isName && isSettled ? name : undefined, (signal) => writes.planSet(name, signal))
  const stored: Stored = (secret, verb) => {
    setName('')
    setValue('')
    setSent(false)
    nameField.current?.focus()
    onStored(secret, verb)
  }
  const storing = useStoring(writes, stored, plan)
  const { existing, pending, error: failure, forget } = storing
  const wrong = { name: fieldFailure(failure, 'name'), value: fieldFailure(failure, 'value') }

  const typeName = (text: string) => {
    setName(text)
    setSent(false)
    storing.keep()
    if (wrong.name ?? hasCode(failure, 'CONFLICT')) forget()
  }
  const typeValue = (text: string) => {
    setValue(text)
    setSent(false)
    if (wrong.value) forget()
  }
  const add = () => {
    setSent(true)
    if (name === '' || checkName(name).problem) return nameField.current?.focus()
    if (valueProblem(value)) return valueField.current?.focus()
    void storing.create(name, value)
  }
  const keep = () => {
    storing.keep()
    nameField.current?.select()
  }
  const offer = existing && (
    <ReplaceOffer
      existing={existing}
      pending={pending}
      onReplace={() => void storing.replace(name, value, existing.etag)}
      onKeep={keep}
    />
  )
  const fields = { sent, readOnly: pending, disabled: denied !== undefined }
  return (
    <AddForm
      label="Add a secret"
      failure={failure}
      fieldNames={fieldNames}
      pending={pending && !existing}
      disabledReason={denied}
      onAdd={add}
      more={
        <PlanInForm shown={plan} wanted={isName} button={existing ? 'Replace' : 'Add'}>
          {!existing && plan.plan?.secret && <TakenName secret={plan.plan.secret} />}
        </PlanInForm>
      }
      question={offer}
    >
      <div className={styles.fields}>
        <NameField
          {...fields}
          ref={nameField}
          value={name}
          onChange={typeName}
          error={wrong.name}
          onEnter={() => valueField.current?.focus()}
        />
        <ValueField {...fields} ref={valueField} value={value} onChange={typeValue} error={wrong.value} />
      </div>
    </AddForm>
  )
}
