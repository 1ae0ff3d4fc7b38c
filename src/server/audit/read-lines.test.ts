import { describe, expect, it } from 'vitest'
import { sampleTrail } from '#server/testing/app/sample-audit-trail.ts'
import { linesOf } from './read-lines.ts'

const { complaint, file, row } = await sampleTrail(100)

describe('the lines of a file', () => {
  const read = async (bytes: Uint8Array, size: number) => {
    const pieces = async function* () {
      for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size)
    }
    const lines: string[] = []
    for await (const line of linesOf(pieces())) lines.push(line)
    return lines
  }

  it.each([1, 7, 1000, 1_000_000])('are the same in pieces of %i bytes', async (size) => {
    expect(await read(Buffer.from(`${file.slice(0, 20).join('\n')}\n`), size)).toEqual(file.slice(0, 20))
    expect(await read(Buffer.from('a\n\n“b”'), size)).toEqual(['a', '', '“b”'])
  })

  it('do not read the same with other bytes, even those that are no text', async () => {
    const bytes = Buffer.from(`${file.join('\n')}\n`)
    const whole = Array.from(bytes)
    const found = bytes.indexOf('\ufffd', bytes.indexOf(row(57).line))
    // What stands for unreadable bytes is in the record itself: unreadable bytes in its place must not pass for it.
    whole.splice(found, 3, 0xff)
    expect(await complaint(await read(Uint8Array.from(whole), 5000))).toBe(
      'Record 57 was changed: line 58 is no JSON object.',
    )
  })

  it('end somewhere', async () => {
    await expect(read(new Uint8Array(3 * 1024 * 1024), 1024 * 1024)).rejects.toThrow('a line of more than 1 MiB')
  })
})
