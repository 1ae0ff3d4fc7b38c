import * as z from 'zod'
import { label } from '#shared/scope.ts'
import { madeApiKey, newApiKey } from './api-key.ts'
import { team } from './session.ts'

/** The letters of a code: no vowels, so that no words come about, and none that are taken for each other. */
export const loginCodeLetters = 'BCDFGHJKLMNPQRSTVWXZ'

/** How many letters a code has: 34 bits, against guesses that are counted. */
export const loginCodeLength = 8

/** How long a command line waits for somebody to allow it, in minutes. */
export const loginMinutes = 10

/** How often a command line asks whether it was allowed, in seconds. */
export const loginPollSeconds = 2

/** The console's page on which a command line is allowed; `?code=` fills its code in. */
export const loginPath = '/cli-login'

const form = new RegExp(`^[${loginCodeLetters}]{${loginCodeLength}}$`)
const lettersOf = (text: string): string => text.toUpperCase().replaceAll(/[\s-]/g, '')

/** Whether a text can be a code, however it is typed. */
export const isLoginCode = (text: string): boolean => form.test(lettersOf(text))

/** A code as it is shown: `BCDF-GHJK`. */
export const shownLoginCode = (text: string): string => {
  const letters = lettersOf(text)
  return `${letters.slice(0, loginCodeLength / 2)}-${letters.slice(loginCodeLength / 2)}`
}

const code = z
  .string('Type the code that your terminal shows.')
  .max(40, 'Type the code that your terminal shows.')
  .refine(isLoginCode, 'Type the code that your terminal shows, like BCDF-GHJK.')
  .transform(shownLoginCode)

/** The name of a key that a command line gets. */
export const loginKeyName = (device: string): string => `gradient on ${device}`

/** What a command line asks to be signed in with. */
export const newCliLogin = z.object({
  /** What it says of itself, such as `ada@laptop`. */
  device: label.max(80, 'Use at most 80 characters.'),
  /** SHA-256, in hex, of the verifier that only this command line has. */
  challenge: z.string().regex(/^[0-9a-f]{64}$/, 'Give a SHA-256 in hex.'),
})
export type NewCliLogin = z.infer<typeof newCliLogin>

export const startedCliLogin = z
  .object({
    code: z.string(),
    /** For how many seconds the code is good. Not a time: clocks differ. */
    expiresIn: z.int(),
    /** How many seconds to wait between two questions whether it was allowed. */
    interval: z.int(),
  })
  .meta({ id: 'StartedCliLogin' })
export type StartedCliLogin = z.infer<typeof startedCliLogin>

export const cliLoginCode = z.object({ code })

/** What somebody who is to allow a command line may know of it. */
export const cliLogin = z
  .object({
    code: z.string(),
    device: z.string(),
    /** The network address that it asked from. */
    from: z.string(),
    /** The network address of whoever looks. */
    here: z.string(),
    expiresIn: z.int(),
    state: z.enum(['waiting', 'allowed', 'denied']),
  })
  .meta({ id: 'CliLogin' })
export type CliLogin = z.infer<typeof cliLogin>

/** What its key is to be; the name is made of what it says of itself. */
export const cliLoginAllowance = newApiKey.omit({ name: true }).extend({ code })
export type CliLoginAllowance = z.input<typeof cliLoginAllowance>

/** The proof that whoever asks for the key is who asked to be signed in. */
export const cliLoginProof = z.object({
  code,
  verifier: z.string().min(32, 'The verifier is too short.').max(200, 'The verifier is too long.'),
})
export type CliLoginProof = z.input<typeof cliLoginProof>

export const undecidedCliLogin = z.object({ state: z.enum(['waiting', 'denied']) }).meta({ id: 'UndecidedCliLogin' })

/** The key, this once, and the team that it is for. */
export const allowedCliLogin = z
  .object({ state: z.literal('allowed'), team, apiKey: madeApiKey })
  .meta({ id: 'AllowedCliLogin' })

export const cliLoginAnswer = z.union([undecidedCliLogin, allowedCliLogin])
export type CliLoginAnswer = z.infer<typeof cliLoginAnswer>
