/** Keeps the browser from correcting, translating, remembering what is typed, or sending it to a spell checker. */
export const plainText = {
  autoComplete: 'off',
  autoCapitalize: 'off',
  autoCorrect: 'off',
  spellCheck: false,
  translate: 'no',
} as const

/** Keeps the known password managers from filling a field or offering to store it. */
export const notForPasswordManagers = {
  'data-1p-ignore': true,
  'data-lpignore': 'true',
  'data-bwignore': true,
  'data-form-type': 'other',
} as const
