/** What to do about a request to AWS KMS that failed, by the name of the error. Its own message may be long, and stays out. */
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

const unreachable = 'It does not answer. Check the network, AWS_REGION and AWS_ENDPOINT_URL.'

/** Why the master key was not had from KMS, in sentences. */
export const explainKms = (error: unknown, kms: string): string => {
  const begin = `The master key is kept by AWS KMS, with the key ${kms}. `
  return `${begin}${reason(error)} Nothing was written.`
}

const reason = (error: unknown): string => {
  if (!(error instanceof Error)) return unreachable
  if (/^Region (is missing|not accepted)/.test(error.message)) return 'Set AWS_REGION to where that key is.'
  const known = Object.hasOwn(advice, error.name) ? advice[error.name] : undefined
  if (known) return known
  const ofNetwork = 'code' in error || error.name === 'TimeoutError' || error.name === 'AbortError'
  return ofNetwork ? unreachable : `It answered ${error.name}, which is none of the known failures.`
}
