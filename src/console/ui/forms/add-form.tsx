import type { ReactNode } from 'react'
import { FailureNotice } from '#console/ui/feedback/failure-notice.tsx'
import { Reason } from '#console/ui/feedback/notice.tsx'
import common from '#console/ui/layout/common.module.css'
import styles from './add-form.module.css'
import { Button } from './button.tsx'
import { Form } from './form.tsx'

type AddFormProps = {
  label: string
  failure: unknown
  /** Names of the fields that show their own errors. */
  fieldNames: readonly string[]
  pending: boolean
  disabledReason: string | undefined
  onAdd: () => void
  /** The fields. The Add button follows them. */
  children: ReactNode
  /** Content below the fields. */
  more?: ReactNode
  /** A question to answer before adding. Screen readers announce it when it appears. */
  question?: ReactNode
}

/** The form above a list that adds an item to it. */
export function AddForm(props: AddFormProps) {
  const { label, failure, fieldNames, pending, disabledReason, onAdd, children, more, question } = props
  const submit = () => {
    if (disabledReason === undefined) onAdd()
  }
  return (
    <Form aria-label={label} className={styles.form} onSubmit={submit} failed={failure}>
      <FailureNotice failure={failure} fields={fieldNames} />
      <div className={common.fieldLine}>
        {children}
        <Button
          type="submit"
          look="primary"
          className={common.besideField}
          busy={pending}
          busyLabel="Adding…"
          disabledReason={disabledReason}
        >
          Add
        </Button>
      </div>
      <Reason>{disabledReason}</Reason>
      {more}
      <div role="status" className={styles.question}>
        {question}
      </div>
    </Form>
  )
}
