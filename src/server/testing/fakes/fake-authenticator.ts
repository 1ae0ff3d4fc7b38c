import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

/**
 * Creates a software authenticator that creates one passkey for an origin and signs with it. It is unlocked by default.
 */
export const newFakeAuthenticator = (origin: string, { unlocked = true } = {}) => {
  let isUnlocked = unlocked
  const id = randomBytes(16)
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const clientData = (type: 'create' | 'get', challenge: string) =>
    Buffer.from(JSON.stringify({ type: `webauthn.${type}`, challenge, origin, crossOrigin: false }))
  const common = { id: id.toString('base64url'), rawId: id.toString('base64url'), type: 'public-key' } as const
  const data = (rpId: string, flags: number, rest: Buffer) =>
    Buffer.concat([sha256(rpId), Buffer.from([flags | (isUnlocked ? 0b101 : 0b001)]), Buffer.alloc(4), rest])

  return {
    lock: () => {
      isUnlocked = false
    },
    create: ({ challenge, rp }: { challenge: string; rp: { id: string } }) => {
      const attested = Buffer.concat([Buffer.alloc(16), Buffer.from([0, id.byteLength]), id, coseKey(publicKey)])
      const authData = data(rp.id, 0b1000000, attested)
      const response = {
        clientDataJSON: clientData('create', challenge).toString('base64url'),
        attestationObject: attestation(authData).toString('base64url'),
        transports: ['internal'],
      }
      return { ...common, response, clientExtensionResults: {} }
    },
    get: ({ challenge, rpId }: { challenge: string; rpId: string }) => {
      const authenticatorData = data(rpId, 0, Buffer.alloc(0))
      const clientDataJSON = clientData('get', challenge)
      const signature = sign('sha256', Buffer.concat([authenticatorData, sha256(clientDataJSON)]), privateKey)
      const response = {
        clientDataJSON: clientDataJSON.toString('base64url'),
        authenticatorData: authenticatorData.toString('base64url'),
        signature: signature.toString('base64url'),
      }
      return { ...common, response, clientExtensionResults: {} }
    },
  }
}

const sha256 = (content: string | Buffer): Buffer => createHash('sha256').update(content).digest()

/** Encodes in CBOR: a map of `fmt` “none”, an empty `attStmt`, and `authData`. */
const attestation = (authData: Buffer): Buffer =>
  Buffer.concat([
    Buffer.from([0xa3]),
    cborText('fmt'),
    cborText('none'),
    cborText('attStmt'),
    Buffer.from([0xa0]),
    cborText('authData'),
    Buffer.from([0x58, authData.byteLength]),
    authData,
  ])

const cborText = (text: string): Buffer => Buffer.concat([Buffer.from([0x60 | text.length]), Buffer.from(text)])

/** Encodes the public key in COSE: key type 2, algorithm -7, curve 1, x and y. */
const coseKey = (key: KeyObject): Buffer => {
  const { x = '', y = '' } = key.export({ format: 'jwk' })
  return Buffer.concat([
    Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]),
    Buffer.from(x, 'base64url'),
    Buffer.from([0x22, 0x58, 0x20]),
    Buffer.from(y, 'base64url'),
  ])
}
