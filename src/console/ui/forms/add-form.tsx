import type { ReactNode } from 'react'
import { FailureNotice } from '#console/ui/feedback/failure-notice.tsx'
import { Reason } from '#console/ui/feedback/notice.tsx'
import styles from './add-form.module.css'
import { Button } from './button.tsx'
import { Form } from './form.tsx'

type AddFormProps = {
  label: string
  failure: unknown
  /** The fields that show beside them what is wrong with them. */
  fieldNames: readonly string[]
  pending: boolean
  disabledReason: string | undefined
  onAdd: () => void
  /** The fields; the button stands at their end. */
  children: ReactNode
  /** Below the fields. */
  more?: ReactNode
  /** What there is to answer before it is added; read out when it comes. */
  question?: ReactNode
}

/** The form above a list that puts something new into it. */
export function AddForm(props: AddFormProps) {
  const { label, failure, fieldNames, pending, disabledReason, onAdd, children, more, question } = props
  const submit = () => {
    if (disabledReason === undefined) onAdd()
  }
  return (
    <Form aria-label={label} className={styles.form} onSubmit={submit} failed={failure}>
      <FailureNotice failure={failure} fields={fieldNames} />
      <div className={styles.line}>
        {children}
        <Button
          type="submit"
          look="primary"
          className={styles.submit}
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
