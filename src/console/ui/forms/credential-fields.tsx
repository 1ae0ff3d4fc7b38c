import type { ComponentProps } from 'react'
import { fieldFailure } from '#console/ui/feedback/failure-words.ts'
import { plainText } from './input-attributes.ts'
import { TextField } from './text-field.tsx'

type CredentialFieldProps = Omit<ComponentProps<typeof TextField>, 'label' | 'error' | 'type'> & {
  /** The error of the form's last attempt. */
  failure: unknown
}

/** The field for the password that the person has now. `name` is the field's name in the request. */
export function CurrentPasswordField(props: CredentialFieldProps & { label?: string; name?: string }) {
  const { failure, label = 'Password', name = 'password', ...rest } = props
  const error = fieldFailure(failure, name)
  return <TextField {...rest} label={label} error={error} type="password" autoComplete="current-password" required />
}

/** The field for a code: of an authenticator app or of a command line. */
export function CodeField({ failure, ...rest }: CredentialFieldProps) {
  return <TextField {...plainText} {...rest} label="Code" error={fieldFailure(failure, 'code')} mono required />
}
