import { type FormEvent, type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { PlanInForm } from '#console/features/plans/plan-in-form.tsx'
import { planCondition, usePlan } from '#console/features/plans/use-plan.ts'
import type { SecretWrites } from '#console/features/secrets/use-secret-writes.ts'
import { FailureNotice } from '#console/ui/feedback/failure-notice.tsx'
import { fieldFailure, hasCode } from '#console/ui/feedback/failure-words.ts'
import { Button } from '#console/ui/forms/button.tsx'
import { ReplaceOffer } from '#console/ui/forms/replace-offer.tsx'
import { useAction } from '#console/ui/hooks/use-action.ts'
import { useSecretState } from '#console/ui/hooks/use-secret-state.ts'
import { Failure } from '#shared/failure.ts'
import { type Secret, valueProblem } from '#shared/secret.ts'
import styles from './form.module.css'
import { ValueField } from './value-field.tsx'

type EditSecretProps = {
  secret: Secret
  writes: SecretWrites
  onSaved: (secret: Secret) => void
  onClose: () => void
}

/** Renders the form for a new value of a stored secret, in place of its row. */
export function EditSecret({ secret, writes, onSaved, onClose }: EditSecretProps) {
  const { name } = secret
  // The version at the start of editing. The person must confirm to overwrite a later one, even if the list shows it.
  const [initialEtag] = useState(secret.etag)
  const [value, setValue] = useSecretState('')
  const [sent, setSent] = useState(false)
  const [newer, setNewer] = useState<Secret>()
  const [outdated, setOutdated] = useState(false)
  const { run, pending, error: failure, forget } = useAction((work: () => Promise<void>) => work())
  const plan = usePlan(name, (signal) => writes.planSet(name, signal))
  const field = useRef<HTMLTextAreaElement>(null)
  const valueError = fieldFailure(failure, 'value')

  useEffect(() => {
    field.current?.focus()
    field.current?.form?.scrollIntoView({ block: 'nearest' })
  }, [])

  const type = (text: string) => {
    setValue(text)
    setSent(false)
    if (valueError) forget()
  }
  const save = (etag: string) => {
    setSent(true)
    if (valueProblem(value)) return field.current?.focus()
    void run(async () => {
      try {
        onSaved(await writes.replace(name, value, etag, planCondition(plan)))
      } catch (error) {
        if (plan.showNewerPlan(error)) return
        if (!hasCode(error, 'PRECONDITION_FAILED') && !hasCode(error, 'NOT_FOUND')) throw error
        const now = await writes.find(name)
        setNewer(now)
        setOutdated(true)
        if (now && plan.plan) void plan.reload()
        if (!now) throw new Failure('NOT_FOUND', `“${name}” was deleted meanwhile. Cancel, then add it anew.`)
      }
    })
  }
  const close = () => {
    onClose()
    // Refreshes only on close: for a deleted secret, a refresh removes this row and the typed value.
    if (outdated) void writes.refresh(name).catch(() => undefined)
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save(initialEtag)
  }
  const pressKey = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || event.nativeEvent.isComposing || pending) return
    event.preventDefault()
    close()
  }
  return (
    <form
      aria-label={`New value for ${name}`}
      className={styles.form}
      onSubmit={submit}
      onKeyDown={pressKey}
      noValidate
    >
      <FailureNotice failure={failure} fields={['value']} />
      <div className={styles.editFields}>
        <ValueField
          ref={field}
          value={value}
          onChange={type}
          error={valueError}
          sent={sent}
          readOnly={pending}
          disabled={false}
        />
        <Button type="submit" className={styles.submit} busy={pending && !newer} busyLabel="Saving…">
          Save
        </Button>
        <Button
          className={styles.submit}
          disabledReason={pending ? 'Wait until this is done.' : undefined}
          onClick={close}
        >
          Cancel
        </Button>
      </div>
      <PlanInForm shown={plan} wanted button={newer ? 'Replace' : 'Save'} />
      <div role="status" className={styles.offer}>
        {newer && (
          <ReplaceOffer
            existing={newer}
            meanwhile
            pending={pending}
            onReplace={() => save(newer.etag)}
            onKeep={close}
          />
        )}
      </div>
    </form>
  )
}
