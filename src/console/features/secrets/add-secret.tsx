import { type FormEvent, type RefObject, useRef, useState } from 'react'
import { Button } from '#console/ui/button.tsx'
import { fieldFailure, hasCode } from '#console/ui/failure-words.ts'
import { useAction } from '#console/ui/use-action.ts'
import { Failure } from '#shared/failure.ts'
import { type Secret, valueProblem } from '#shared/secret.ts'
import { FailureNotice } from './failure-notice.tsx'
import { checkName } from './name-check.ts'
import { NameField } from './name-field.tsx'
import { ReplaceOffer } from './replace-offer.tsx'
import styles from './secret-form.module.css'
import { standingInTheWay } from './standing-in-the-way.ts'
import type { SecretWrites } from './use-secret-writes.ts'
import { useTypedValue } from './use-typed-value.ts'
import { ValueField } from './value-field.tsx'

type AddSecretProps = {
  writes: SecretWrites
  nameField: RefObject<HTMLInputElement | null>
  readOnlyReason: string | undefined
  /** It is stored. `verb` says whether it is a new one. */
  onStored: (secret: Secret, verb: 'Added' | 'Replaced') => void
}

/** The form for a new name. A name that is taken is not overwritten; it asks first. */
export function AddSecret({ writes, nameField, readOnlyReason, onStored }: AddSecretProps) {
  const [name, setName] = useState('')
  const [value, setValue] = useTypedValue()
  const [sent, setSent] = useState(false)
  const [existing, setExisting] = useState<Secret>()
  const { run, pending, error: failure, forget } = useAction((work: () => Promise<void>) => work())
  const valueField = useRef<HTMLTextAreaElement>(null)
  const wrong = { name: fieldFailure(failure, 'name'), value: fieldFailure(failure, 'value') }

  const typeName = (text: string) => {
    setName(text)
    setSent(false)
    setExisting(undefined)
    if (wrong.name ?? hasCode(failure, 'CONFLICT')) forget()
  }
  const typeValue = (text: string) => {
    setValue(text)
    setSent(false)
    if (wrong.value) forget()
  }
  const finish = (secret: Secret, verb: 'Added' | 'Replaced') => {
    setName('')
    setValue('')
    setSent(false)
    setExisting(undefined)
    nameField.current?.focus()
    onStored(secret, verb)
  }
  const add = (event: FormEvent) => {
    event.preventDefault()
    if (readOnlyReason !== undefined) return
    setSent(true)
    if (name === '' || checkName(name).problem) return nameField.current?.focus()
    if (valueProblem(value)) return valueField.current?.focus()
    void run(async () => {
      try {
        finish(await writes.create(name, value), 'Added')
      } catch (error) {
        const taken = standingInTheWay(error, name)
        if (!taken) throw error
        // The list may not know it yet. Before the offer: an answer that came after a replacement would undo it in the list.
        // If it cannot be read now, the offer still holds.
        await writes.refresh(name).catch(() => undefined)
        setExisting(taken)
      }
    })
  }
  const replace = ({ etag }: Secret) =>
    run(async () => {
      try {
        finish(await writes.replace(name, value, etag), 'Replaced')
      } catch (error) {
        if (!hasCode(error, 'PRECONDITION_FAILED')) throw error
        const now = await writes.refresh(name)
        setExisting(now)
        if (!now) throw new Failure('CONFLICT', `“${name}” was deleted meanwhile. Add it to store this value.`)
      }
    })
  const keep = () => {
    setExisting(undefined)
    nameField.current?.select()
  }
  const fields = { sent, readOnly: pending, disabled: readOnlyReason !== undefined }
  return (
    <form aria-label="Add a secret" className={styles.form} onSubmit={add} noValidate>
      <FailureNotice failure={failure} />
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
        <Button
          type="submit"
          look="primary"
          className={styles.submit}
          busy={pending && !existing}
          busyLabel="Adding…"
          disabledReason={readOnlyReason}
        >
          Add
        </Button>
      </div>
      {readOnlyReason !== undefined && <p className={styles.reason}>{readOnlyReason}</p>}
      <div role="status" className={styles.offer}>
        {existing && (
          <ReplaceOffer existing={existing} pending={pending} onReplace={() => replace(existing)} onKeep={keep} />
        )}
      </div>
    </form>
  )
}
