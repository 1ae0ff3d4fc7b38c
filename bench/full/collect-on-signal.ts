import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { signalToCollect } from './signal-to-collect.ts'

// Loaded into a node under measurement: with the signal, it frees all memory that nothing refers to any more. Without it,
// what a node occupies tells when its engine last collected garbage, which may be many minutes ago.

setFlagsFromString('--expose-gc')
const collect: unknown = runInNewContext('gc')
process.on(signalToCollect, () => {
  if (typeof collect === 'function') collect()
})
