import type { SecretVersion } from '#shared/version.ts'

/** The beginning of a fingerprint, as people compare it: “4f2a 91c0”. */
export const fingerprintWords = (fingerprint: string): string => `${fingerprint.slice(0, 4)} ${fingerprint.slice(4, 8)}`

/**
 * What a version is of another, as a sentence; empty when it is nothing of any that is known here: “Restored from
 * version 1. Same value as version 4.” Where it is restored from has its value, which is not said twice.
 */
export const relationWords = (
  { version, fingerprint, restoredFrom }: SecretVersion,
  known: readonly SecretVersion[],
): string => {
  const same = known
    .filter((other) => other.version !== version && other.version !== restoredFrom)
    .filter((other) => fingerprint !== null && other.fingerprint === fingerprint)
    .map((other) => other.version)
  return [
    restoredFrom === null ? '' : `Restored from version ${restoredFrom}.`,
    same.length === 0 ? '' : `Same value as ${same.length === 1 ? 'version' : 'versions'} ${listed(same)}.`,
  ]
    .filter(Boolean)
    .join(' ')
}

const listed = (numbers: readonly number[]): string =>
  numbers.length < 2 ? numbers.join('') : `${numbers.slice(0, -1).join(', ')} and ${numbers.at(-1)}`

/** Whether restoring a version would change nothing, as far as it is known here. */
export const isCurrentValue = ({ fingerprint, current }: SecretVersion, known: readonly SecretVersion[]): boolean =>
  current || (fingerprint !== null && known.some((other) => other.current && other.fingerprint === fingerprint))
