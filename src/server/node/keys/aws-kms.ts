import type { KMSClient } from '@aws-sdk/client-kms'
import * as z from 'zod'
import { newId } from '#server/crypto/make-id.ts'
import type { Bytes } from '#server/crypto/web-crypto.ts'
import { ConfigError } from '#server/node/config.ts'

/** The content of a master key's file when AWS KMS encrypts the key. Nothing in it is secret. */
const envelope = z.strictObject({
  /** The KMS key that the blob is encrypted with. */
  kms: z.string().min(1),
  /** Part of the encryption context, so that KMS and its logs distinguish installations. */
  installation: z.string().min(1),
  /** The ciphertext, in base64. */
  blob: z.base64().min(1),
})
type KmsEnvelope = z.infer<typeof envelope>

/**
 * Parses a master key's file; returns `undefined` when it holds a plain key. `name` names the file in error messages.
 */
export const parseKmsEnvelope = (text: string, name: string): KmsEnvelope | undefined => {
  if (!text.trimStart().startsWith('{')) return undefined
  try {
    return envelope.parse(JSON.parse(text))
  } catch {
    throw new ConfigError(`${name} looks like one that AWS KMS keeps, but is damaged. Put a copy of the file back.`)
  }
}

/** Generates a master key that only KMS can decrypt. `installation` is the one of the previous key, if there is one. */
export const generateKmsKey = async (
  kms: string,
  installation = newId('in'),
): Promise<{ key: Bytes; envelope: KmsEnvelope }> =>
  withKmsClient(kms, async (client, abortSignal, { GenerateDataKeyCommand }) => {
    const command = new GenerateDataKeyCommand({
      KeyId: kms,
      KeySpec: 'AES_256',
      EncryptionContext: encryptionContext(installation),
    })
    const { KeyId = kms, CiphertextBlob, Plaintext } = await client.send(command, { abortSignal })
    if (!CiphertextBlob) throw new Error('The answer has no ciphertext.')
    const blob = Buffer.from(CiphertextBlob).toString('base64')
    return { key: keyOf(Plaintext), envelope: { kms: KeyId, installation, blob } }
  })

/** Decrypts a master key with KMS. Throws {@link ConfigError} with advice on failure, after a bounded time. */
export const decryptKmsKey = async ({ kms, installation, blob }: KmsEnvelope): Promise<Bytes> =>
  withKmsClient(kms, async (client, abortSignal, { DecryptCommand }) => {
    const command = new DecryptCommand({
      KeyId: kms,
      CiphertextBlob: Buffer.from(blob, 'base64'),
      EncryptionContext: encryptionContext(installation),
    })
    return keyOf((await client.send(command, { abortSignal })).Plaintext)
  })

const encryptionContext = (installation: string) => ({ application: 'gradient-secrets', installation })

const keyOf = (plaintext: Uint8Array | undefined): Bytes => {
  if (plaintext?.byteLength !== 32) throw new Error('The answer has no key of 32 bytes.')
  const key = new Uint8Array(plaintext)
  plaintext.fill(0)
  return key
}

const second = 1000
/** Time limit in milliseconds for all attempts together, including the search for credentials. */
const timeout = 12 * second

type Sdk = typeof import('@aws-sdk/client-kms')

/**
 * Calls KMS. Region, credentials and endpoint are AWS's own settings, which the client reads from the environment and
 * its files.
 */
const withKmsClient = async <Answer>(
  kms: string,
  ask: (client: KMSClient, signal: AbortSignal, sdk: Sdk) => Promise<Answer>,
): Promise<Answer> => {
  // Loaded on demand: the client would only take memory when another source is used.
  const sdk = await import('@aws-sdk/client-kms')
  const signal = AbortSignal.timeout(timeout)
  const client = new sdk.KMSClient({
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 2 * second, requestTimeout: 3 * second, throwOnRequestTimeout: true },
  })
  try {
    // The search for credentials ignores the signal.
    const timedOut = new Promise<never>((_, fail) => {
      signal.addEventListener('abort', () => fail(signal.reason), { once: true })
    })
    return await Promise.race([ask(client, signal, sdk), timedOut])
  } catch (error) {
    throw new ConfigError(explainKmsFailure(error, kms))
  } finally {
    client.destroy()
  }
}

/** Advice for each KMS error, by the error's name. Its own message may be long, and is left out. */
const advice: Record<string, string> = {
  AccessDeniedException:
    'It refused: allow kms:Decrypt on this key to what the server runs as, and kms:GenerateDataKey for making master keys.',
  ThrottlingException: 'It is asked too much at the moment. Start again in a minute.',
  LimitExceededException: 'It is asked too much at the moment. Start again in a minute.',
  NotFoundException: 'It has no such key in this region. Check the key and AWS_REGION.',
  DisabledException: 'The key is disabled. Enable it.',
  KMSInvalidStateException: 'The key is about to be deleted, or not ready. Cancel its deletion, or wait.',
  KeyUnavailableException: 'The key is not available at the moment. Start again in a minute.',
  KMSInternalException: 'It has a fault of its own. Start again in a minute.',
  DependencyTimeoutException: 'It has a fault of its own. Start again in a minute.',
  InvalidCiphertextException:
    'The master key’s file was altered, or is of another installation. Put a copy of the file back.',
  IncorrectKeyException: 'The master key’s file is of another key of KMS. Put a copy of the file back.',
  InvalidKeyUsageException: 'The key is none for encrypting. Take a symmetric one.',
  CredentialsProviderError: 'There are no credentials for it. Give the server a role, or set AWS’s variables for them.',
  UnrecognizedClientException: 'It does not know these credentials. Check AWS’s variables for them.',
  InvalidSignatureException: 'It does not accept these credentials. Check AWS’s variables for them, and the clock.',
  IncompleteSignatureException: 'It does not accept these credentials. Check AWS’s variables for them.',
  ExpiredTokenException: 'The credentials for it have expired. Renew them.',
}

const unreachableAdvice = 'It does not answer. Check the network, AWS_REGION and AWS_ENDPOINT_URL.'

/** Explains why KMS did not return the master key, and what to do. */
const explainKmsFailure = (error: unknown, kms: string): string => {
  const begin = `The master key is kept by AWS KMS, with the key ${kms}. `
  return `${begin}${reason(error)} Nothing was written.`
}

const reason = (error: unknown): string => {
  if (!(error instanceof Error)) return unreachableAdvice
  if (/^Region (is missing|not accepted)/.test(error.message)) return 'Set AWS_REGION to where that key is.'
  const known = Object.hasOwn(advice, error.name) ? advice[error.name] : undefined
  if (known) return known
  const ofNetwork = 'code' in error || error.name === 'TimeoutError' || error.name === 'AbortError'
  return ofNetwork ? unreachableAdvice : `It answered ${error.name}, which is none of the known failures.`
}
