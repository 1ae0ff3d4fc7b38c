import type { SecretVersion } from '#shared/version.ts'

/** Returns the first 8 characters of a fingerprint in two groups, for people to compare: “4f2a 91c0”. */
export const fingerprintWords = (fingerprint: string): string => `${fingerprint.slice(0, 4)} ${fingerprint.slice(4, 8)}`

/**
 * Describes how a version relates to the other loaded versions: “Restored from version 1. Same value as version 4.”
 * Returns an empty string if there is no relation. The version that it was restored from is not listed a second time.
 */
export const relationWords = (
  { version, fingerprint, restoredFrom }: SecretVersion,
  loaded: readonly SecretVersion[],
): string => {
  const same = loaded
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

/** Whether restoring a version would change nothing, judged by the loaded versions. */
export const isCurrentValue = ({ fingerprint, current }: SecretVersion, loaded: readonly SecretVersion[]): boolean =>
  current || (fingerprint !== null && loaded.some((other) => other.current && other.fingerprint === fingerprint))
