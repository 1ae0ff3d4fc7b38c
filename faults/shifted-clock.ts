import { readFileSync } from 'node:fs'

// Loaded before a server's own code, by NODE_OPTIONS: shifts its clock by the milliseconds in a file. Monotonic clocks,
// which measure durations, continue unchanged, as when a machine's clock is set.

const file = process.env.CLOCK_SHIFT_FILE ?? ''
const RealDate = Date
let read = Number.NEGATIVE_INFINITY
let shift = 0

const now = (): number => {
  // Reads the file again after ten milliseconds.
  const at = performance.now()
  if (at - read > 10) {
    read = at
    shift = Number(readFileSync(file, 'utf8'))
  }
  return RealDate.now() + shift
}

globalThis.Date = new Proxy(RealDate, {
  get: (target, property) => (property === 'now' ? now : Reflect.get(target, property)),
  construct: (target, given, asked) => Reflect.construct(target, given.length === 0 ? [now()] : given, asked),
  apply: (target) => new target(now()).toString(),
})
