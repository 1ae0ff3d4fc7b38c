import { describe, expect, it } from 'vitest'
import {
  chainRecord,
  chainRecords,
  exportLines,
  newTestSigner,
  recordContent,
  sampleTrail,
  signCheckpoint,
} from '#server/testing/app/sample-audit-trail.ts'
import { checkpointsIn } from './verify-export.ts'

const count = 250
const { changed, complaint, everyRecord, file, key, lineOf, row, rows, verify } = await sampleTrail(count)

describe('verification', () => {
  it('names several consecutive removed records', async () => {
    const message = await complaint(changed((lines) => lines.splice(lineOf(57), 4)))
    expect(message).toBe('Records 57 to 60 were removed: 56 is followed by 61.')
  })

  it('names a record that was moved far down or up', async () => {
    const away = changed((lines) => lines.splice(lineOf(180), 0, ...lines.splice(lineOf(57), 1)))
    expect(await complaint(away)).toBe('Record 58 stands where 57 should be: records were reordered.')
    const early = changed((lines) => lines.splice(lineOf(57), 0, ...lines.splice(lineOf(180), 1)))
    expect(await complaint(early)).toBe('Record 180 stands where 57 should be: records were reordered.')
  })

  it('names a record that was replaced by one with another number', async () => {
    const other = chainRecord(recordContent(900), 900, row(56).hash)
    const message = await complaint(changed((lines) => lines.splice(lineOf(57), 1, other.line)))
    expect(message).toBe(`Record 57 was changed: line ${lineOf(57) + 1} says that it is record 900.`)
  })

  it.each([
    ['a blank at its end', (line: string) => `${line} `, 'is not written as the server writes it'],
    ['a blank within', (line: string) => line.replace(':', ': '), 'is not written as the server writes it'],
    ['a field twice', (line: string) => line.replace('{', '{"seq":57,'), 'is not written as the server writes it'],
    ['a field more', (line: string) => line.replace('{', '{"note":1,'), 'is not written as the server writes it'],
    ['a field within a field twice', (line: string) => line.replace('"by":{', '"by":{"id":"us2",'), 'is not written'],
    ['another way to write a letter', (line: string) => line.replace('HF', '\\u0048F'), 'is not written'],
    ['its fields in another order', (line: string) => line.replace(/("team":[^,]+),("at":[^,]+)/, '$2,$1'), 'is not'],
    ['the end of a line as on Windows', (line: string) => `${line}\r`, 'ends as on Windows'],
    ['a mark of byte order', (line: string) => `\ufeff${line}`, 'is no JSON'],
    ['nothing left', () => '', 'is no JSON'],
    ['another kind of JSON', () => 'null', 'is no JSON object'],
  ])('names a record that has %s', async (_what, change, flaw) => {
    const message = await complaint(changed((lines) => lines.splice(lineOf(57), 1, change(row(57).line))))
    expect(message).toContain(`Record 57 was changed: line 58 ${flaw}`)
  })

  it.each(['', 'garbage', '{"seq":57}', '{"checkpoint":{}}'])('finds “%s” between records', async (line) => {
    expect(await complaint(changed((lines) => lines.splice(lineOf(57), 0, line)))).toContain(
      'A record was inserted after record 56: line 58 ',
    )
    expect(await complaint([...file, line])).toContain(`A record was inserted after record ${count}: `)
  })

  it('finds a correctly chained record that was added at the end', async () => {
    const message = await complaint([...file, chainRecord(recordContent(251), 251, row(count).hash).line])
    expect(message).toContain(`A record was inserted after record ${count}: the newest checkpoint`)
  })

  it('names a truncated line', async () => {
    const cut = file.slice(0, lineOf(151)).concat(row(151).line.slice(0, 40))
    expect(await complaint(cut)).toBe(
      `Record 151 was changed or cut off: line ${lineOf(151) + 1}, the last, is no JSON object.`,
    )
  })

  it('finds records that are missing after a known checkpoint', async () => {
    const known = await checkpointsIn(await exportLines(key, rows.slice(0, 200)))
    const message = await complaint(await exportLines(key, rows.slice(0, 150)), known)
    expect(message).toBe(
      `Records 151 to 200 are missing: a checkpoint signed at ${recordContent(200).at} knows 200 records.`,
    )
  })

  it('finds a rewritten database that the server has signed since, by a known checkpoint', async () => {
    const known = await checkpointsIn([await signCheckpoint(key, row(130))])
    const forged = await exportLines(
      key,
      chainRecords(everyRecord.map((seq) => ({ ...recordContent(seq), name: 'FORGED' }))),
    )
    expect(await verify(forged)).toMatchObject({ ok: true })
    expect(await complaint(forged, known)).toContain('Records 101 to 130 were rewritten: the checkpoint of record 130')
  })

  it('finds two checkpoints of the same record that contradict each other', async () => {
    const known = await checkpointsIn([await signCheckpoint(key, { seq: count, hash: row(1).hash })])
    expect(await complaint(file, known)).toContain(`The trail was rewritten up to record ${count}`)
  })

  it('refuses a checkpoint that another key signed, at every position', async () => {
    const other = await newTestSigner()
    const message = 'The signature of the checkpoint of record'
    expect(await complaint(await exportLines(other, rows))).toContain(`${message} ${count}, line 1, is not of this key`)
    const inside = changed((lines) => lines.splice(lineOf(100) + 1, 1, ''))
    inside[lineOf(100) + 1] = await signCheckpoint(other, row(100))
    expect(await complaint(inside)).toContain(`${message} 100, line 102, is not of this key`)
    const known = await checkpointsIn([await signCheckpoint(other, row(100))])
    expect(await complaint(file, known)).toContain(`${message} 100, one of those known before, is not of this key`)
  })

  it('finds a changed checkpoint', async () => {
    const other = changed((lines) => {
      lines[0] = (lines[0] as string).replace(`"seq":${count}`, '"seq":200')
    })
    expect(await complaint(other)).toContain(
      'The signature of the checkpoint of record 200, line 1, is not of this key',
    )
  })

  it('finds a checkpoint long after its record', async () => {
    const moved = changed((lines) => lines.splice(lineOf(120), 0, ...lines.splice(lineOf(100) + 1, 1)))
    expect(await complaint(moved)).toBe('The checkpoint of record 100 stands after record 120, line 122.')
  })

  it('requires the first line', async () => {
    expect(await complaint([])).toBe('The file is empty. Export the audit trail again.')
    expect(await complaint(file.slice(1))).toContain('Line 1 is a record, but should be the newest checkpoint')
    expect(await complaint(['<html>'])).toContain('Line 1 is no JSON object')
    expect(await complaint(file.map((line) => `${line}\r`))).toContain('Line 1 ends as on Windows')
  })

  it('refuses records of two teams', async () => {
    const other = chainRecord({ ...recordContent(57), team: 'te2' }, 57, row(56).hash)
    expect(await complaint(changed((lines) => lines.splice(lineOf(57), 1, other.line)))).toBe(
      'Two teams are mixed: line 58 is of team te2, where record 57 of team te1 should be.',
    )
    const mark = await signCheckpoint(key, row(100), 'te2')
    expect(await complaint(changed((lines) => lines.splice(lineOf(100) + 1, 1, mark)))).toContain('Two teams are mixed')
    const known = await checkpointsIn([mark])
    expect(await complaint(file, known)).toContain('The known checkpoints are of other teams')
    expect(await complaint(file, [...known, ...(await checkpointsIn(file))])).toBe(`verified ${count} records`)
  })
})

describe('an earlier file', () => {
  it('must have complete checkpoints', async () => {
    await expect(checkpointsIn(rows.map(({ line }) => line))).rejects.toThrow('It has no checkpoint')
    await expect(checkpointsIn(['{"checkpoint":{}}'])).rejects.toThrow('is neither a record nor a checkpoint')
  })
})
