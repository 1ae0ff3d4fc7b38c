/** The identity provider did not answer, or not in time, or not as it should. The message has nothing of the answer. */
export class ProviderAway extends Error {
  override readonly name = 'ProviderAway'
}

/** Maximum time for a whole answer, in milliseconds, and its maximum size in bytes. */
export type FetchLimits = { time: number; bytes: number }
export const fetchLimits: FetchLimits = { time: 5000, bytes: 256 * 1024 }

/**
 * Sends a request to the identity provider. Follows no redirect: the address that was configured, or that the provider
 * published, is the one that answers. Throws {@link ProviderAway} when the answer is late or too large.
 */
export const fetchFromProvider = async (
  url: string,
  init: RequestInit = {},
  { time, bytes }: FetchLimits = fetchLimits,
): Promise<{ status: number; text: string }> => {
  const timeout = AbortSignal.timeout(time)
  try {
    const answer = await fetch(url, { ...init, redirect: 'manual', signal: timeout })
    if (answer.status >= 300 && answer.status < 400) {
      await answer.body?.cancel()
      throw new ProviderAway('The identity provider answered with a redirect, which is not followed.')
    }
    return { status: answer.status, text: await readText(answer, bytes) }
  } catch (error) {
    if (error instanceof ProviderAway) throw error
    const message = timeout.aborted
      ? `The identity provider did not answer within ${time / 1000} seconds.`
      : 'The identity provider cannot be reached.'
    throw new ProviderAway(message, { cause: error })
  }
}

const readText = async (answer: Response, most: number): Promise<string> => {
  const pieces: Uint8Array[] = []
  let bytes = 0
  for await (const piece of answer.body ?? []) {
    bytes += piece.byteLength
    if (bytes > most) throw new ProviderAway(`The identity provider’s answer has more than ${most} bytes.`)
    pieces.push(piece)
  }
  return Buffer.concat(pieces).toString('utf8')
}

/** Parses an answer as a JSON object. Throws {@link ProviderAway} for anything else. */
export const parseObject = (text: string): object => {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    // The parser's error would quote the answer.
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new ProviderAway('The identity provider’s answer is not a JSON object.')
  }
  return parsed
}
