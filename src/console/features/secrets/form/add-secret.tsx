import { type RefObject, useRef, useState } from 'react'
import { PlanInForm } from '#console/features/plans/plan-in-form.tsx'
import { usePlan } from '#console/features/plans/use-plan.ts'
import { checkName } from '#console/features/secrets/secret-names.ts'
import type { SecretWrites } from '#console/features/secrets/use-secret-writes.ts'
import { type OnStored, useStoreSecret } from '#console/features/secrets/use-store-secret.ts'
import { fieldFailure, hasCode } from '#console/ui/feedback/failure-words.ts'
import { loadLater } from '#console/ui/feedback/load-later.tsx'
import { AddForm } from '#console/ui/forms/add-form.tsx'
import { useDebouncedValue } from '#console/ui/hooks/use-debounced-value.ts'
import { useSecretState } from '#console/ui/hooks/use-secret-state.ts'
import { RelativeTime } from '#console/ui/layout/time.tsx'
import { type Secret, valueProblem } from '#shared/secret.ts'
import styles from './form.module.css'
import { NameField } from './name-field.tsx'
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
  onStored: OnStored
}

const fieldNames = ['name', 'value']

/** How long a name must stay unchanged before its plan is fetched, in milliseconds. */
const planDelay = 400

/** Renders the form for a new secret. If the name is taken, it asks before it replaces the value. */
export function AddSecret({ writes, nameField, denied, onStored }: AddSecretProps) {
  const [name, setName] = useState('')
  const [value, setValue] = useSecretState('')
  const [sent, setSent] = useState(false)
  const valueField = useRef<HTMLTextAreaElement>(null)
  const isName = denied === undefined && name !== '' && !checkName(name).problem
  const isSettled = useDebouncedValue(name, planDelay) === name
  const plan = usePlan(isName && isSettled ? name : undefined, (signal) => writes.planSet(name, signal))
  const finish: OnStored = (secret, verb) => {
    setName('')
    setValue('')
    setSent(false)
    nameField.current?.focus()
    onStored(secret, verb)
  }
  const storing = useStoreSecret(writes, finish, plan)
  const { existing, pending, error: failure, forget } = storing
  const fieldErrors = { name: fieldFailure(failure, 'name'), value: fieldFailure(failure, 'value') }

  const typeName = (text: string) => {
    setName(text)
    setSent(false)
    storing.keepExisting()
    if (fieldErrors.name ?? hasCode(failure, 'CONFLICT')) forget()
  }
  const typeValue = (text: string) => {
    setValue(text)
    setSent(false)
    if (fieldErrors.value) forget()
  }
  const add = () => {
    setSent(true)
    if (name === '' || checkName(name).problem) return nameField.current?.focus()
    if (valueProblem(value)) return valueField.current?.focus()
    void storing.create(name, value)
  }
  const keepExisting = () => {
    storing.keepExisting()
    nameField.current?.select()
  }
  const offer = existing && (
    <ReplaceOffer
      existing={existing}
      pending={pending}
      onReplace={() => void storing.replace(name, value, existing.etag)}
      onKeep={keepExisting}
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
          {!existing && plan.plan?.secret && <NameTakenNotice secret={plan.plan.secret} />}
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
          error={fieldErrors.name}
          onEnter={() => valueField.current?.focus()}
        />
        <ValueField {...fields} ref={valueField} value={value} onChange={typeValue} error={fieldErrors.value} />
      </div>
    </AddForm>
  )
}

/** Says that the typed name is already stored here, before the person submits the form. */
function NameTakenNotice({ secret: { name, setBy, dtModified } }: { secret: Secret }) {
  return (
    <p className={styles.taken}>
      <code>{name}</code> is stored here already, set <RelativeTime date={dtModified} /> by {setBy.name}. You will be
      asked before it is replaced.
    </p>
  )
}
