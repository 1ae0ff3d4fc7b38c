import type { TypedField } from '#console/ui/forms/form-values.ts'
import { TextField } from '#console/ui/forms/text-field.tsx'
import { passwordLength } from '#shared/people/session.ts'

type AccountFieldsProps = { field: (name: 'name' | 'email' | 'password') => TypedField }

/** The fields of a new account. */
export function AccountFields({ field }: AccountFieldsProps) {
  return (
    <>
      <TextField label="Your name" autoComplete="name" {...field('name')} />
      <TextField
        label="Email"
        type="email"
        autoComplete="username"
        autoCapitalize="off"
        spellCheck={false}
        {...field('email')}
      />
      <TextField
        label="Password"
        type="password"
        autoComplete="new-password"
        hint={`At least ${passwordLength.min} characters.`}
        {...field('password')}
      />
    </>
  )
}
