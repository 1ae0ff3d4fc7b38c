import { relativeTimeWords } from '#shared/relative-time-words.ts'
import type { Scope } from '#shared/scope.ts'
import type { Secret } from '#shared/secret.ts'

/** Returns who set a secret last, and when: “Ada set it 2 h ago”. */
export const setWords = ({ setBy, dtModified }: Secret): string =>
  `${setBy.name} set it ${relativeTimeWords(new Date(dtModified), new Date())}`

/** Returns the message for a set that created no version. */
export const unchangedWords = ({ kind }: Scope, name: string): string =>
  `Unchanged ${kind} secret '${name}': it has this value already`
