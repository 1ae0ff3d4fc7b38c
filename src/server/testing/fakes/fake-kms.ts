import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { json } from 'node:stream/consumers'
import { cleanUp } from '#server/testing/clean-up.ts'

/** How it answers: correctly, with an error of this name, or never. */
export type KmsBehavior = 'well' | 'never' | (string & {})

/** A server on the loopback interface that speaks the part of AWS KMS's protocol that master keys need. */
export type FakeKms = {
  /** AWS's own variables, for a process that uses it. */
  settings: Record<string, string>
  /** Creates a key and returns its ARN. */
  newKey(): string
  /** Deletes a key: its ciphertexts can no longer be decrypted. */
  forget(key: string): void
  mood: KmsBehavior
  /** The requests so far. */
  asked: { operation: string; key: string; context: Record<string, string> }[]
}

type Asked = { KeyId?: string; CiphertextBlob?: string; KeySpec?: string; EncryptionContext?: Record<string, string> }

const region = 'eu-test-1'
const authorization = new RegExp(`^AWS4-HMAC-SHA256 Credential=tests/\\d{8}/${region}/kms/aws4_request, `)

class KmsError extends Error {}

export const startFakeKms = async (): Promise<FakeKms> => {
  const keys = new Map<string, Buffer>()
  const server = createServer((request, response) => void answer(request, response))
  const state: Pick<FakeKms, 'mood' | 'asked'> = { mood: 'well', asked: [] }

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const asked = (await json(request)) as Asked
    if (state.mood === 'never') return
    const [status, content] = (() => {
      try {
        return [200, act(request, asked)] as const
      } catch (error) {
        if (!(error instanceof KmsError)) throw error
        return [400, { __type: error.message, message: 'said the fake' }] as const
      }
    })()
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' })
    response.end(JSON.stringify(content))
  }

  const act = ({ headers }: IncomingMessage, asked: Asked) => {
    if (state.mood !== 'well') throw new KmsError(state.mood)
    if (!authorization.test(headers.authorization ?? '')) throw new KmsError('IncompleteSignatureException')
    const [, operation = ''] = /^TrentService\.(\w+)$/.exec(String(headers['x-amz-target'])) ?? []
    const { KeyId: id = '', EncryptionContext: context = {} } = asked
    state.asked.push({ operation, key: id, context })
    const key = keys.get(id)
    if (!key) throw new KmsError('NotFoundException')
    if (operation === 'GenerateDataKey' && asked.KeySpec === 'AES_256') {
      const plain = randomBytes(32)
      return { KeyId: id, Plaintext: plain.toString('base64'), CiphertextBlob: encrypt(key, plain, context) }
    }
    if (operation !== 'Decrypt') throw new KmsError('UnknownOperationException')
    const plain = decrypt(key, asked.CiphertextBlob ?? '', context)
    return { KeyId: id, Plaintext: plain.toString('base64'), EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' }
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  cleanUp(() => {
    server.closeAllConnections()
    server.close()
  })
  return Object.assign(state, {
    settings: {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: 'tests',
      AWS_SECRET_ACCESS_KEY: 'tests',
      // No configuration file of this machine may be read.
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    },
    newKey: () => {
      const id = `arn:aws:kms:${region}:111122223333:key/${crypto.randomUUID()}`
      keys.set(id, randomBytes(32))
      return id
    },
    forget: (key: string) => void keys.delete(key),
  })
}

const contextText = (context: Record<string, string>) => Buffer.from(JSON.stringify(Object.entries(context).sort()))

const encrypt = (key: Buffer, plain: Buffer, context: Record<string, string>): string => {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(contextText(context))
  const body = [cipher.update(plain), cipher.final()]
  return Buffer.concat([nonce, cipher.getAuthTag(), ...body]).toString('base64')
}

const decrypt = (key: Buffer, blob: string, context: Record<string, string>): Buffer => {
  const bytes = Buffer.from(blob, 'base64')
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12))
    decipher.setAAD(contextText(context)).setAuthTag(bytes.subarray(12, 28))
    return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()])
  } catch {
    throw new KmsError('InvalidCiphertextException')
  }
}
