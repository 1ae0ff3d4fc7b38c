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

  it.each([1, 7, 1000, 1_000_000])('are equal when read in chunks of %i bytes', async (size) => {
    expect(await read(Buffer.from(`${file.slice(0, 20).join('\n')}\n`), size)).toEqual(file.slice(0, 20))
    expect(await read(Buffer.from('a\n\n“b”'), size)).toEqual(['a', '', '“b”'])
  })

  it('differ when bytes differ, also for invalid UTF-8', async () => {
    const bytes = Buffer.from(`${file.join('\n')}\n`)
    const whole = Array.from(bytes)
    const found = bytes.indexOf('\ufffd', bytes.indexOf(row(57).line))
    // The record contains a replacement character: invalid bytes must not decode to an equal line.
    whole.splice(found, 3, 0xff)
    expect(await complaint(await read(Uint8Array.from(whole), 5000))).toBe(
      'Record 57 was changed: line 58 is no JSON object.',
    )
  })

  it('are refused when one has no end', async () => {
    await expect(read(new Uint8Array(3 * 1024 * 1024), 1024 * 1024)).rejects.toThrow('a line of more than 1 MiB')
  })
})
