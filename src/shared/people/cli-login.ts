import * as z from 'zod'
import { label } from '#shared/scope.ts'
import { madeApiKey, newApiKey } from './api-key.ts'
import { team } from './session.ts'

/** The alphabet of a code: no vowels, which could form words, and no similar letters. */
export const loginCodeLetters = 'BCDFGHJKLMNPQRSTVWXZ'

/** Length of a code: 34 bits, with a limit on guesses. */
export const loginCodeLength = 8

/** Number of minutes until a request expires. */
export const loginMinutes = 10

/** Polling interval in seconds. */
export const loginPollSeconds = 2

/** Path of the console page that allows a command line; `?code=` prefills the code. */
export const loginPath = '/cli-login'

const form = new RegExp(`^[${loginCodeLetters}]{${loginCodeLength}}$`)
const lettersOf = (text: string): string => text.toUpperCase().replaceAll(/[\s-]/g, '')

/** Returns whether a text can be a code, in any spelling. */
export const isLoginCode = (text: string): boolean => form.test(lettersOf(text))

/** Returns the code as shown: `BCDF-GHJK`. */
export const shownLoginCode = (text: string): string => {
  const letters = lettersOf(text)
  return `${letters.slice(0, loginCodeLength / 2)}-${letters.slice(loginCodeLength / 2)}`
}

const code = z
  .string('Type the code that your terminal shows.')
  .max(40, 'Type the code that your terminal shows.')
  .refine(isLoginCode, 'Type the code that your terminal shows, like BCDF-GHJK.')
  .transform(shownLoginCode)

/** Returns the name for the key of a command line. */
export const loginKeyName = (device: string): string => `gradient on ${device}`

/** Request of a command line to sign in. */
export const newCliLogin = z.object({
  /** Label of the device, such as `ada@laptop`. */
  device: label.max(80, 'Use at most 80 characters.'),
  /** SHA-256, in hex, of a verifier that only this command line has. */
  challenge: z.string().regex(/^[0-9a-f]{64}$/, 'Give a SHA-256 in hex.'),
})
export type NewCliLogin = z.infer<typeof newCliLogin>

export const startedCliLogin = z
  .object({
    code: z.string(),
    /** Seconds until the code expires. Not a time, because clocks differ. */
    expiresIn: z.int(),
    /** Polling interval in seconds. */
    interval: z.int(),
  })
  .meta({ id: 'StartedCliLogin' })
export type StartedCliLogin = z.infer<typeof startedCliLogin>

export const cliLoginCode = z.object({ code })

/** What the person who allows a command line may see. */
export const cliLogin = z
  .object({
    code: z.string(),
    device: z.string(),
    /** Network address of the command line. */
    from: z.string(),
    /** Network address of the person who views it. */
    here: z.string(),
    expiresIn: z.int(),
    state: z.enum(['waiting', 'allowed', 'denied']),
  })
  .meta({ id: 'CliLogin' })
export type CliLogin = z.infer<typeof cliLogin>

/** The access of the new key. Its name comes from the device label. */
export const cliLoginAllowance = newApiKey.omit({ name: true, owner: true }).extend({ code })
export type CliLoginAllowance = z.input<typeof cliLoginAllowance>

/** The proof that the key goes to the command line that asked to sign in. */
export const cliLoginProof = z.object({
  code,
  verifier: z.string().min(32, 'The verifier is too short.').max(200, 'The verifier is too long.'),
})
export type CliLoginProof = z.input<typeof cliLoginProof>

export const undecidedCliLogin = z.object({ state: z.enum(['waiting', 'denied']) }).meta({ id: 'UndecidedCliLogin' })

/** The key, shown once, and its team. */
export const allowedCliLogin = z
  .object({ state: z.literal('allowed'), team, apiKey: madeApiKey })
  .meta({ id: 'AllowedCliLogin' })

export const cliLoginAnswer = z.union([undecidedCliLogin, allowedCliLogin])
export type CliLoginAnswer = z.infer<typeof cliLoginAnswer>
