/** Prevents autocorrection, translation, form history, and sending the text to a spell checker. */
export const plainText = {
  autoComplete: 'off',
  autoCapitalize: 'off',
  autoCorrect: 'off',
  spellCheck: false,
  translate: 'no',
} as const

/** Prevents well-known password managers from filling the field or offering to save it. */
export const notForPasswordManagers = {
  'data-1p-ignore': true,
  'data-lpignore': 'true',
  'data-bwignore': true,
  'data-form-type': 'other',
} as const
