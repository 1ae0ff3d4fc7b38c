import { type ComponentProps, type FormEvent, useEffect, useRef } from 'react'

type FormProps = Omit<ComponentProps<'form'>, 'onSubmit' | 'ref' | 'noValidate' | 'action'> & {
  onSubmit: () => void
  /** What the last attempt failed with; the first field that shows an error gets the focus then. */
  failed?: unknown
}

/** A form whose fields are checked by our own rules, which say more than the browser's. */
export function Form({ onSubmit, failed, ...rest }: FormProps) {
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => {
    if (failed !== undefined) form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus()
  }, [failed])
  const submit = (event: FormEvent) => {
    event.preventDefault()
    // A dialog's events bubble through React's tree, where another form may be around its opener.
    event.stopPropagation()
    onSubmit()
  }
  return <form {...rest} ref={form} noValidate onSubmit={submit} />
}
