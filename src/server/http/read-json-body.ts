import type { Context } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { visit } from 'jsonc-parser'
import type { Env } from '#server/deps.ts'
import { Failure } from '#shared/failure.ts'
import { maxValueBytes } from '#shared/secret.ts'

/** JSON may write each byte of a value as an escape of six characters. */
const secretLimit = 6 * maxValueBytes + 4096
const otherLimit = 16 * 1024
/** Paths whose bodies contain values, or the references of a thousand variables. */
const mayBeLong = /\/(secrets|workloads)/

/**
 * Reads the JSON body of a request. Accepts only JSON that every parser reads alike: UTF-8, no duplicate keys, no
 * `__proto__`. Checks the size before parsing. Messages never quote the body.
 */
export const readStrictJson = async (c: Context<Env>): Promise<void> => {
  const type = c.req.header('content-type')?.split(';', 1)[0]?.trim().toLowerCase()
  if (type !== 'application/json') throw bad('Send the body as JSON, with “Content-Type: application/json”.')
  const maxSize = mayBeLong.test(c.req.path) ? secretLimit : otherLimit
  // Node enforces an announced length. A body without one is counted while it is read.
  const announced = c.req.header('content-length')
  if (announced === undefined) await countWhileReading(c, maxSize)
  else if (Number(announced) > maxSize) throw tooLarge(maxSize)

  const text = decode(await c.req.arrayBuffer())
  const body = parse(text)
  refuseAmbiguousKeys(text)
  c.set('body', body)
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    // The engine's own message quotes the text around the error.
    throw bad('The body is not valid JSON.')
  }
}

const countWhileReading = (c: Context<Env>, maxSize: number) =>
  bodyLimit({
    maxSize,
    onError: () => {
      throw tooLarge(maxSize)
    },
  })(c, async () => undefined)

const tooLarge = (maxSize: number) =>
  new Failure('PAYLOAD_TOO_LARGE', `The request’s body has more than ${maxSize.toLocaleString('en')} bytes.`)

const decode = (bytes: ArrayBuffer): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw bad('The body is not valid UTF-8.')
  }
}

/** No valid request is nested deeper. Limits the recursion of the check. */
const deepest = 20

const refuseAmbiguousKeys = (text: string): void => {
  const objects: Set<string>[] = []
  let depth = 0
  const enter = () => {
    if (++depth > deepest) throw bad('The body is nested too deeply.')
  }
  visit(text, {
    onObjectBegin: () => {
      enter()
      objects.push(new Set())
    },
    onObjectEnd: () => {
      depth--
      objects.pop()
    },
    onArrayBegin: enter,
    onArrayEnd: () => {
      depth--
    },
    onObjectProperty: (key) => {
      if (key === '__proto__') throw bad('The body has a key “__proto__”.')
      const keys = objects.at(-1)
      if (keys?.has(key)) throw bad('The body has the same key twice in one object.')
      keys?.add(key)
    },
  })
}

const bad = (message: string) => new Failure('BAD_REQUEST', message)
