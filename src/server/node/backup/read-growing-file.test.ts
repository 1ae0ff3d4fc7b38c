import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { newTemporaryFolder } from '#server/testing/processes/temporary-folder.ts'
import { readGrowingFile } from './read-growing-file.ts'

it('reads a file while it grows, up to the announced size, until its end', async () => {
  const path = join(newTemporaryFolder(), 'file')
  const file = readGrowingFile(path)
  const chunks = file.readable[Symbol.asyncIterator]()
  const first = chunks.next()
  writeFileSync(path, 'one, two')
  file.grew(5)
  expect(String((await first).value)).toBe('one, ')
  const second = chunks.next()
  file.grew(8)
  expect(String((await second).value)).toBe('two')
  const third = chunks.next()
  appendFileSync(path, ', three')
  file.grew(15)
  file.end()
  expect(String((await third).value)).toBe(', three')
  expect((await chunks.next()).done).toBe(true)
})

it('ends early when the file is shorter than announced', async () => {
  const path = join(newTemporaryFolder(), 'file')
  writeFileSync(path, 'one')
  const file = readGrowingFile(path)
  file.grew(100)
  expect(Buffer.concat(await file.readable.toArray()).toString()).toBe('one')
})

it('fails for a missing file', async () => {
  const file = readGrowingFile(join(newTemporaryFolder(), 'file'))
  file.grew(1)
  await expect(file.readable.toArray()).rejects.toThrow('ENOENT')
})
