import type { MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { visit } from 'jsonc-parser'
import { Failure } from '#shared/failure.ts'
import { maxValueBytes } from '#shared/secret.ts'
import type { Env } from '../deps.ts'

/** JSON may spell each byte of a value as an escape of six characters. */
const secretLimit = 6 * maxValueBytes + 4096
const otherLimit = 16 * 1024

const limit = (maxSize: number) =>
  bodyLimit({
    maxSize,
    onError: () => {
      throw new Failure('PAYLOAD_TOO_LARGE', `The request’s body has more than ${maxSize.toLocaleString('en')} bytes.`)
    },
  })
const limitSecret = limit(secretLimit)
const limitOther = limit(otherLimit)

/** Bounds a request's body before a byte of it is parsed. */
export const limitBody: MiddlewareHandler<Env> = (c, next) =>
  c.req.path.includes('/secrets') ? limitSecret(c, next) : limitOther(c, next)

const withBody = new Set(['POST', 'PUT', 'PATCH'])

/**
 * Accepts JSON only, and only JSON that every parser reads alike: UTF-8, without a key twice and without `__proto__`.
 * Messages never quote the body.
 */
export const requireStrictJson: MiddlewareHandler<Env> = async (c, next) => {
  if (!withBody.has(c.req.method)) return next()
  const type = c.req.header('content-type')?.split(';', 1)[0]?.trim().toLowerCase()
  if (type !== 'application/json') throw bad('Send the body as JSON, with “Content-Type: application/json”.')
  const bytes = await c.req.arrayBuffer()
  const text = decode(bytes)
  try {
    JSON.parse(text)
  } catch {
    // The engine's own message quotes the text around the mistake.
    throw bad('The body is not valid JSON.')
  }
  refuseAmbiguousKeys(text)
  return next()
}

const decode = (bytes: ArrayBuffer): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw bad('The body is not valid UTF-8.')
  }
}

/** Deeper nesting than any request has. It bounds the recursion of the check. */
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
