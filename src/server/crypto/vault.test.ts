import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nodeCipher, nodeMac } from '#server/node/keys/node-crypto.ts'
import { newId } from './make-id.ts'
import { openMasterSeal } from './master-seal.ts'
import { createVault, type Sealed, type SealLocation } from './vault.ts'
import { type CipherOf, type MacOf, webCipher, webMac } from './web-crypto.ts'

const masterKey = () => crypto.getRandomValues(new Uint8Array(32))

const location: SealLocation = { teamId: 'te1', scopeId: 'pr1', name: 'API_KEY', version: 3 }

const flipped = (bytes: Uint8Array, index: number): Uint8Array => {
  const copy = new Uint8Array(bytes)
  copy[index] = (copy[index] ?? 0) ^ 1
  return copy
}

const ciphers: [string, CipherOf, MacOf][] = [
  ['the web’s', webCipher, webMac],
  ['Node’s', nodeCipher, nodeMac],
]

describe.each(ciphers)('with %s cipher', (_whose, cipherOf, macOf) => {
  const newVault = async () => {
    const vault = await createVault(masterKey(), cipherOf, macOf)
    return { vault, key: await vault.newDataKey(location.teamId, newId('dk')) }
  }
  const shared = newVault()

  describe('a fingerprint', () => {
    it('is equal for equal values of one secret in every version', async () => {
      const { vault, key } = await shared
      const one = await vault.fingerprint(key, location, 'hunter2')
      expect(one).toMatch(/^[0-9a-f]{64}$/)
      expect(await vault.fingerprint(key, { ...location, name: 'API_KEY' }, 'hunter2')).toBe(one)
    })

    it('differs by value, name, scope, team and key', async () => {
      const { vault, key } = await shared
      const others = [
        await vault.fingerprint(key, location, 'hunter3'),
        await vault.fingerprint(key, location, 'hunter2 '),
        await vault.fingerprint(key, { ...location, name: 'API_KEY2' }, 'hunter2'),
        await vault.fingerprint(key, { ...location, scopeId: 'pr2' }, 'hunter2'),
        await vault.fingerprint(key, { ...location, teamId: 'te2' }, 'hunter2'),
        await vault.fingerprint(key, { ...location, scopeId: 'pr1API', name: '_KEY' }, 'hunter2'),
        await vault.fingerprint(await vault.newDataKey(location.teamId, newId('dk')), location, 'hunter2'),
      ]
      expect(new Set([...others, await vault.fingerprint(key, location, 'hunter2')]).size).toBe(others.length + 1)
    })
  })

  describe('a sealed value', () => {
    it('opens at its own location', async () => {
      const { vault, key } = await shared
      const sealed = await vault.seal(key, location, 'hunter2')
      expect(sealed).toMatchObject({ algorithm: 'A256GCM', keyId: key.id })
      expect(await vault.open(key, location, sealed)).toBe('hunter2')
    })

    it.each([
      ['another team', { teamId: 'te2' }],
      ['another scope', { scopeId: 'pr2' }],
      ['another name', { name: 'API_KEY2' }],
      ['an older version', { version: 2 }],
      ['a later version', { version: 4 }],
      ['a location whose parts only read the same when put together', { scopeId: 'pr1API', name: '_KEY' }],
    ] as [string, Partial<SealLocation>][])('does not open when its row was moved to %s', async (_where, moved) => {
      const { vault, key } = await shared
      const sealed = await vault.seal(key, location, 'hunter2')
      await expect(vault.open(key, { ...location, ...moved }, sealed)).rejects.toThrow()
    })

    it('does not open when a byte is flipped or cut off', async () => {
      const { vault, key } = await shared
      const sealed = await vault.seal(key, location, 'hunter2')
      for (let index = 0; index < sealed.bytes.length; index++) {
        const changed: Sealed = { ...sealed, bytes: flipped(sealed.bytes, index) }
        await expect(vault.open(key, location, changed)).rejects.toThrow()
        await expect(vault.open(key, location, { ...sealed, bytes: sealed.bytes.slice(0, index) })).rejects.toThrow()
      }
    })

    it('does not open with another team’s data key, nor under another algorithm’s name', async () => {
      const { vault, key } = await shared
      const sealed = await vault.seal(key, location, 'hunter2')
      const other = await vault.newDataKey('te2', newId('dk'))
      await expect(vault.open(other, location, sealed)).rejects.toThrow()
      await expect(vault.open(key, location, { ...sealed, algorithm: 'none' })).rejects.toThrow('none')
    })

    it('differs each time, and never contains the value', async () => {
      const { vault, key } = await shared
      const seals = await Promise.all(Array.from({ length: 50 }, () => vault.seal(key, location, 'canary')))
      const texts = seals.map(({ bytes }) => Buffer.from(bytes).toString('latin1'))
      expect(new Set(texts).size).toBe(50)
      expect(new Set(texts.map((text) => text.slice(0, 12))).size).toBe(50)
      expect(texts.filter((text) => text.includes('canary'))).toEqual([])
    })

    it.each([
      '\ufeffafter a byte order mark',
      '-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n',
      'line\r\nline\r\n',
      ' \t ',
      '👩‍🚀 e\u0301 é',
    ])('opens as the same text: %j', async (value) => {
      const { vault, key } = await shared
      expect(await vault.open(key, location, await vault.seal(key, location, value))).toBe(value)
    })

    it('opens as the same bytes for any bytes', async () => {
      const { vault, key } = await shared
      const text = fc
        .string({ unit: fc.nat(0x10ffff).map((point) => String.fromCodePoint(point)), maxLength: 2000 })
        .filter((value) => value.isWellFormed())
      await fc.assert(
        fc.asyncProperty(text, async (value) => {
          const opened = await vault.open(key, location, await vault.seal(key, location, value))
          expect(Buffer.from(opened)).toEqual(Buffer.from(value))
        }),
      )
    })
  })

  describe('a data key', () => {
    it('unwraps only for its own team and id', async () => {
      const { vault, key } = await newVault()
      const sealed = await vault.seal(key, location, 'hunter2')
      const afterRestart = (changes: object) => vault.open({ ...key, id: newId('dk'), ...changes }, location, sealed)
      await expect(afterRestart({})).rejects.toThrow()
      await expect(afterRestart({ teamId: 'te2' })).rejects.toThrow()
      await expect(afterRestart({ wrapped: flipped(key.wrapped, 20) })).rejects.toThrow()
    })

    it('can be unwrapped after a failed attempt', async () => {
      const master = masterKey()
      const key = await (await createVault(master, cipherOf)).newDataKey(location.teamId, 'dk1')
      const vault = await createVault(master, cipherOf)
      await expect(vault.seal({ ...key, wrapped: flipped(key.wrapped, 20) }, location, 'x')).rejects.toThrow()
      await expect(vault.seal(key, location, 'x')).resolves.toBeDefined()
    })
  })

  describe('the master key', () => {
    it('passes only its own key check after a restart', async () => {
      const master = masterKey()
      const check = await (await createVault(master, cipherOf)).keyCheck()
      expect(await (await createVault(master, cipherOf)).passesKeyCheck(check)).toBe(true)
      expect(await (await createVault(masterKey(), cipherOf)).passesKeyCheck(check)).toBe(false)
      expect(await (await createVault(master, cipherOf)).passesKeyCheck(flipped(check, 15))).toBe(false)
      expect(await (await createVault(master, cipherOf)).passesKeyCheck(new Uint8Array())).toBe(false)
    })

    it('is needed to open values that were sealed under it', async () => {
      const { vault, key } = await newVault()
      const sealed = await vault.seal(key, location, 'hunter2')
      const other = await createVault(masterKey(), cipherOf)
      await expect(other.open(key, location, sealed)).rejects.toThrow()
    })

    it.each([0, 16, 31, 33])('is refused with %i bytes', async (length) => {
      await expect(createVault(new Uint8Array(length))).rejects.toThrow('32 bytes')
    })

    it('derives one secret for each purpose', async () => {
      const master = masterKey()
      const [one, again] = [await createVault(master, cipherOf), await createVault(master, cipherOf)]
      expect(await one.derive('sessions')).toBe(await again.derive('sessions'))
      expect(await one.derive('sessions')).not.toBe(await one.derive('setup token'))
      expect(await one.derive('sessions')).toMatch(/^[\w-]{43}$/)
    })
  })
})

describe('a vault whose master key is replaced', () => {
  /** A vault with an old key whose source now has a new one too, and bytes that the new one wraps. */
  const replaced = async () => {
    const [old, next] = [masterKey(), masterKey()]
    let [asked, holds] = [0, [old]]
    const vault = await createVault(old, nodeCipher, nodeMac, async () => {
      asked++
      return holds
    })
    const [from, to] = [await openMasterSeal(old, nodeCipher), await openMasterSeal(next, nodeCipher)]
    const key = await vault.newDataKey(location.teamId, newId('dk'))
    const rewrapped = { ...key, wrapped: await to.wrapDataKey(key.teamId, key.id, await from.unwrapDataKey(key)) }
    const unknown = await (await createVault(next, nodeCipher)).newDataKey(location.teamId, newId('dk'))
    return { vault, from, to, key, rewrapped, unknown, asked: () => asked, hold: () => (holds = [next, old]) }
  }

  it('uses unwrapped data keys without another master key', async () => {
    const { vault, key, rewrapped, asked } = await replaced()
    const sealed = await vault.seal(key, location, 'x')
    expect([await vault.open(rewrapped, location, sealed), asked()]).toEqual(['x', 0])
  })

  it('uses the new master key for data keys that are not unwrapped yet, also concurrently', async () => {
    const { vault, to, unknown, hold } = await replaced()
    hold()
    const seals = await Promise.all(
      Array.from({ length: 5 }, (_, version) => vault.seal(unknown, { ...location, version }, 'x')),
    )
    expect(await vault.open(unknown, { ...location, version: 4 }, seals[4] as Sealed)).toBe('x')
    expect(vault.masterKeyId()).toBe(to.id)
    expect((await vault.newDataKey('te3', 'dk3')).masterKeyId).toBe(to.id)
  })

  it('still unwraps what was read just before the rotation', async () => {
    const { vault, to, key, hold } = await replaced()
    hold()
    expect(await vault.passesKeyCheck(await to.keyCheck())).toBe(true)
    await expect(vault.seal(key, location, 'x')).resolves.toMatchObject({ keyId: key.id })
    expect(vault.masterKeyId()).toBe(to.id)
  })

  it('unwraps the secrets of the server itself', async () => {
    const { vault, to, hold } = await replaced()
    const own = await to.wrapOwn('purpose', new Uint8Array([1, 2]))
    await expect(vault.unwrap('purpose', own)).rejects.toThrow('does not open')
    hold()
    expect(await vault.unwrap('purpose', own)).toEqual(new Uint8Array([1, 2]))
  })

  it('keeps its key while everything opens with it', async () => {
    const { vault, from, to, hold } = await replaced()
    hold()
    expect(await vault.passesKeyCheck(await from.keyCheck())).toBe(true)
    expect(vault.masterKeyId()).toBe(from.id)
    expect(from.id).toMatch(/^[\da-f]{4}-[\da-f]{4}-[\da-f]{4}$/)
    expect(from.id).not.toBe(to.id)
  })
})

it('opens with one cipher what the other sealed', async () => {
  const master = masterKey()
  const [web, node] = [await createVault(master, webCipher), await createVault(master, nodeCipher, nodeMac)]
  const key = await web.newDataKey(location.teamId, 'dk1')
  expect(await node.open(key, location, await web.seal(key, location, '\ufeffhunter2\r\n'))).toBe('\ufeffhunter2\r\n')
  expect(await web.open(key, location, await node.seal(key, location, '\ufeffhunter2\r\n'))).toBe('\ufeffhunter2\r\n')
  expect(await node.passesKeyCheck(await web.keyCheck())).toBe(true)
  expect(await node.derive('sessions')).toBe(await web.derive('sessions'))
  expect(await node.fingerprint(key, location, 'é\r\n')).toBe(await web.fingerprint(key, location, 'é\r\n'))
})
