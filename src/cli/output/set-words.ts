import { relativeTimeWords } from '#shared/relative-time-words.ts'
import type { Scope } from '#shared/scope.ts'
import type { Secret } from '#shared/secret.ts'

/** Who set a secret last, and when: “Ada set it 2 h ago”. */
export const setWords = ({ setBy, dtModified }: Secret): string =>
  `${setBy.name} set it ${relativeTimeWords(new Date(dtModified), new Date())}`

/** What is said after a set that made no version. */
export const unchangedWords = ({ kind }: Scope, name: string): string =>
  `Unchanged ${kind} secret '${name}': it has this value already`
