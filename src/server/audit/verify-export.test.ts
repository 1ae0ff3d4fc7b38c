import { describe, expect, it } from 'vitest'
import {
  chainRecord,
  chainRecords,
  exportLines,
  recordContent,
  sampleTrail,
} from '#server/testing/app/sample-audit-trail.ts'
import { recordsPerCheckpoint } from '#shared/audit/audit-record.ts'
import { checkpointsIn } from './verify-export.ts'

const count = 250
const { changed, complaint, everyRecord, file, key, lineOf, row, rows, verify } = await sampleTrail(count)

describe('an unchanged export', () => {
  it('verifies', async () => {
    expect(await verify(file)).toEqual({ ok: true, records: count, signedAt: recordContent(count).at })
  })

  it.each([1, 2, 99, 100, 101, 200])('verifies with %i records', async (length) => {
    expect(await verify(await exportLines(key, rows.slice(0, length)))).toMatchObject({ ok: true, records: length })
  })

  it('verifies against an earlier export', async () => {
    const known = await checkpointsIn(await exportLines(key, rows.slice(0, 230)))
    expect(known.map(({ checkpoint }) => checkpoint.seq)).toEqual([230, 100, 200])
    expect(await verify(file, known)).toMatchObject({ ok: true, records: count })
  })
})

describe('a removed checkpoint', () => {
  it.each([100, 200])('is noticed at record %i', async (seq) => {
    const without = changed((lines) => lines.splice(lineOf(seq) + 1, 1))
    expect(await complaint(without)).toContain(`The checkpoint of record ${seq} was removed`)
  })

  it('is noticed when all records were rewritten and signed again at the end', async () => {
    const contents = everyRecord.map((seq) => ({ ...recordContent(seq), ...(seq === 3 ? { name: 'FORGED' } : {}) }))
    const rewritten = (await exportLines(key, chainRecords(contents))).filter(
      (line, at) => at === 0 || !line.startsWith('{"check'),
    )
    expect(await complaint(rewritten)).toContain('The checkpoint of record 100 was removed')
  })
})

describe('of every record, verification', () => {
  it('names one with a changed character, anywhere in the line', async () => {
    for (const seq of everyRecord) {
      const { line } = row(seq)
      // A different position in each record, so that all kinds of positions are covered.
      const place = (seq * 37) % line.length
      const character = String.fromCharCode(line.charCodeAt(place) ^ 1)
      const flipped = line.slice(0, place) + character + line.slice(place + 1)
      const message = await complaint(changed((lines) => lines.splice(lineOf(seq), 1, ...flipped.split('\n'))))
      expect(message, flipped).toContain(`Record ${seq} was changed`)
    }
  })

  it('names one that was removed', async () => {
    for (const seq of everyRecord) {
      const message = await complaint(changed((lines) => lines.splice(lineOf(seq), 1)))
      if (seq === count) expect(message).toContain(`Record ${seq} is missing`)
      else
        expect(message).toBe(
          `Record ${seq} was removed: ${seq === 1 ? 'the first is 2' : `${seq - 1} is followed by ${seq + 1}`}.`,
        )
    }
  })

  it('names where a copy was inserted', async () => {
    for (const seq of everyRecord) {
      const message = await complaint(changed((lines) => lines.splice(lineOf(seq) + 1, 0, row(seq).line)))
      expect(message).toContain(seq === 1 ? 'inserted before the first' : `inserted after record ${seq - 1}: `)
      expect(message).toContain(`says that it is record ${seq} too`)
    }
  })

  it('names where a copy of a distant record was inserted', async () => {
    for (const seq of everyRecord) {
      const other = row(seq > 125 ? seq - 60 : seq + 60)
      const message = await complaint(changed((lines) => lines.splice(lineOf(seq) + 1, 0, other.line)))
      expect(message).toContain(`A record was inserted after record ${seq}: `)
    }
  })

  it('names where a forgery was inserted, correctly chained or not', async () => {
    for (const seq of everyRecord) {
      for (const previous of [row(seq).hash, 'a'.repeat(64)]) {
        const forged = chainRecord({ ...recordContent(seq), name: 'FORGED' }, seq + 1, previous)
        const message = await complaint(changed((lines) => lines.splice(lineOf(seq) + 1, 0, forged.line)))
        expect(message).toContain(`A record was inserted after record ${seq}: `)
      }
    }
  })

  it('names two that were swapped', async () => {
    for (const seq of everyRecord.slice(0, -1)) {
      const swapped = changed((lines) => {
        lines[lineOf(seq)] = row(seq + 1).line
        lines[lineOf(seq + 1)] = row(seq).line
      })
      expect(await complaint(swapped)).toBe(`Record ${seq + 1} stands where ${seq} should be: records were reordered.`)
    }
  })

  it('names the missing records after it', async () => {
    for (const seq of everyRecord.slice(0, -1)) {
      const message = await complaint(file.slice(0, lineOf(seq) + 1))
      const missing = seq === count - 1 ? `Record ${count} is missing` : `Records ${seq + 1} to ${count} are missing`
      expect(message).toBe(`${missing}: a checkpoint signed at ${recordContent(count).at} knows ${count} records.`)
    }
  })

  it('names one that was changed and rehashed', async () => {
    for (const seq of everyRecord) {
      const forged = chainRecord({ ...recordContent(seq), name: 'FORGED' }, seq, row(seq - 1)?.hash ?? '')
      const message = await complaint(changed((lines) => lines.splice(lineOf(seq), 1, forged.line)))
      const signed = seq % recordsPerCheckpoint === 0 || seq === count
      const from = Math.floor((seq - 1) / recordsPerCheckpoint) * recordsPerCheckpoint + 1
      expect(message).toContain(
        signed
          ? `Records ${from} to ${seq} were rewritten`
          : `Record ${seq} was changed: record ${seq + 1} has another`,
      )
    }
  })

  it('finds that all from it on were rechained without the key', async () => {
    for (const seq of everyRecord) {
      const forged = chainRecords(
        everyRecord.slice(seq - 1).map((each) => ({ ...recordContent(each), from: '10.6.6.6' })),
        row(seq - 1) ?? { seq: 0, hash: '' },
      )
      const lines = changed((all) => {
        for (const each of forged) all[lineOf(each.seq)] = each.line
      })
      const next = Math.min(count, Math.ceil(seq / recordsPerCheckpoint) * recordsPerCheckpoint)
      const from = Math.floor((seq - 1) / recordsPerCheckpoint) * recordsPerCheckpoint + 1
      expect(await complaint(lines)).toBe(
        `Records ${from} to ${next} were rewritten: ` +
          `the checkpoint of record ${next}, signed at ${recordContent(next).at}, has another hash.`,
      )
    }
  })
})
