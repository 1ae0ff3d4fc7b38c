import { PassThrough, Writable } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createMask } from '#cli/mask/mask-stream.ts'
import { pumpOutput } from './output-pump.ts'

/** Creates a sink that accepts nothing until it is released. */
const slowSink = () => {
  const taken: string[] = []
  const waiting: (() => void)[] = []
  const sink = new Writable({
    highWaterMark: 1,
    write: (chunk, _, done) => {
      taken.push(String(chunk))
      waiting.push(done)
    },
  })
  return { sink, taken, takeMore: () => waiting.shift()?.() }
}
const newMask = () => createMask(['s3cr3t'])

test('pauses reading while the sink is full', async () => {
  const source = new PassThrough()
  const { sink, taken, takeMore } = slowSink()
  const pumped = pumpOutput(source, sink, newMask)
  source.write('one s3cr3t')
  await turn()
  expect([source.isPaused(), pumped.isStalled(), taken]).toEqual([true, true, ['one ***']])
  source.write(' two')
  await turn()
  expect(taken).toEqual(['one ***'])
  takeMore()
  await turn()
  expect(taken).toEqual(['one ***', ' two'])
})

test('ends when the sink received everything, including withheld bytes', async () => {
  const source = new PassThrough()
  const { sink, taken, takeMore } = slowSink()
  const { ended } = pumpOutput(source, sink, newMask)
  let isOver = false
  ended.then(() => {
    isOver = true
  })
  source.end('a s3cr3')
  for (let turns = 0; turns < 5; turns++) await turn()
  expect([taken, isOver]).toEqual([['a '], false])
  takeMore()
  await turn()
  expect([taken, isOver]).toEqual([['a ', 's3cr3'], false])
  takeMore()
  await ended
})

test('a failing sink closes the source and ends the pump', async () => {
  const source = new PassThrough()
  const sink = new Writable({ write: (_chunk, _encoding, done) => done(new Error('EPIPE')) })
  const { ended } = pumpOutput(source, sink, newMask)
  source.write('anything')
  await ended
  expect(source.destroyed).toBe(true)
})
