import { type ComponentProps, type FormEvent, useEffect, useRef } from 'react'

type FormProps = Omit<ComponentProps<'form'>, 'onSubmit' | 'ref' | 'noValidate' | 'action'> & {
  onSubmit: () => void
  /** The error of the last attempt. When it changes, the first invalid field gets the focus. */
  failed?: unknown
}

/** A form without the browser's validation: our own messages are more specific. */
export function Form({ onSubmit, failed, ...rest }: FormProps) {
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => {
    if (failed !== undefined) form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus()
  }, [failed])
  const submit = (event: FormEvent) => {
    event.preventDefault()
    // React bubbles events of a portal to its React parent, which may be another form.
    event.stopPropagation()
    onSubmit()
  }
  return <form {...rest} ref={form} noValidate onSubmit={submit} />
}
