import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { garbageSignal } from './garbage-signal.ts'

// Loaded into a node under measurement: collects garbage on a signal. Without it, the memory of a node depends on when
// its engine last collected garbage, which may be many minutes ago.

setFlagsFromString('--expose-gc')
const collect: unknown = runInNewContext('gc')
process.on(garbageSignal, () => {
  if (typeof collect === 'function') collect()
})
