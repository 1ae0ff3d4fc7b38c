import { rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { perSecond, type Row } from '../report.ts'
import { type CommandResult, runAdmin } from './admin-process.ts'
import type { Served } from './cells.ts'
import { loadFully, type Measured } from './full-load.ts'
import { linearGrowth } from './linear-growth.ts'
import { type Database, masterKey } from './nodes.ts'
import type { Plan } from './plan.ts'
import { loadSteadily, startSteadyLoad } from './steady-load.ts'
import { megabytes } from './usage.ts'

/** A maintenance command that ran while a node was under a steady load. */
export type MaintenanceRun = {
  name: string
  kind: Served['kind']
  ran: CommandResult
  before: Measured
  during: Measured
}

const million = 1_000_000
/** Share of a node's maximum rate. The rest is left for the command, as on a machine that is not saturated. */
const shareOfFull = 0.25

const runUnderLoad = async (
  { name, served, plan }: { name: string; served: Served; plan: Plan },
  run: () => Promise<CommandResult>,
): Promise<MaintenanceRun> => {
  const [address = ''] = served.nodes.addresses
  const { list } = served.sent
  const full = await loadFully([address], list, { connections: 16, seconds: plan.round, warmUp: plan.warmUp })
  const rate = full.rate * shareOfFull
  const before = await loadSteadily(address, list, { rate, seconds: plan.steady })
  const load = startSteadyLoad(address, list, { rate })
  const ran = await run()
  return { name, kind: served.kind, ran, before, during: await load.stop() }
}

type NodeUnderTest = { served: Served; database: Database; size: number; plan: Plan; folder: string }

/** Measures a backup of a database that is in use. */
export const measureBackup = async ({
  served,
  database,
  size,
  plan,
  folder,
}: NodeUnderTest): Promise<{ rows: Row[]; upkeep?: MaintenanceRun }> => {
  const file = join(folder, `${served.kind}.backup`)
  const upkeep = await runUnderLoad({ name: 'backup', served, plan }, () => runAdmin(database, ['backup', file]))
  const { ran } = upkeep
  if (ran.code !== 0) return { rows: [failed(`backup of ${served.kind}`, ran)] }
  const verified = Number(/^VERIFIED (\d+) secrets/m.exec(ran.output)?.[1] ?? Number.NaN)
  const bytes = statSync(file).size
  rmSync(file)
  const allowed = 60 * Math.max(size / million, 0.1)
  const what = `backup of ${size.toLocaleString('en')} secrets, ${served.kind}, each restored and opened`
  return {
    upkeep,
    rows: [
      {
        what,
        measured: `${ran.seconds.toFixed(1)} s, ${Math.round(megabytes(bytes))} MB`,
        baseline: `${verified.toLocaleString('en')} verified`,
        target: `< ${allowed} s`,
        met: verified >= size && ran.seconds < allowed,
      },
      slowing('backup', upkeep),
      memoryRow('backup', ran),
    ],
  }
}

/** Measures a rotation that seals every value again while the values are served. */
export const measureRotation = async ({
  served,
  database,
  size,
  plan,
}: NodeUnderTest): Promise<{ rows: Row[]; upkeep?: MaintenanceRun }> => {
  const upkeep = await runUnderLoad({ name: 'rotation', served, plan }, () => runAdmin(database, ['rotate-data-keys']))
  const { ran } = upkeep
  if (ran.code !== 0) return { rows: [failed(`rotation on ${served.kind}`, ran)] }
  const [address = ''] = served.nodes.addresses
  // The new values can be resolved: the node finds the new key on its own.
  await loadFully([address], served.sent.resolve, { connections: 1, seconds: plan.round, warmUp: 0 })
  const allowed = 300 * Math.max(size / million, 0.1)
  return {
    upkeep,
    rows: [
      {
        what: `rotation of ${size.toLocaleString('en')} values, ${served.kind}, while they are served`,
        measured: `${ran.seconds.toFixed(1)} s`,
        baseline: `${perSecond(size / ran.seconds)} values`,
        target: `< ${allowed} s`,
        met: ran.seconds < allowed,
      },
      { ...slowing('rotation', upkeep), target: 'shown', met: true },
      memoryRow('rotation', ran),
    ],
  }
}

const slowing = (name: string, { before, during, kind }: MaintenanceRun): Row => {
  const ratio = during.p99 / before.p99
  return {
    what: `list while the ${name} runs, ${kind}: p99 compared with before`,
    measured: `${during.p99.toFixed(2)} ms at ${perSecond(during.rate)}`,
    baseline: `${before.p99.toFixed(2)} ms`,
    ratio,
    target: '≤ 2.00 times',
    met: ratio <= 2,
  }
}

/** Checks that a streaming command takes no more memory after its first batches, however many rows there are. */
const memoryRow = (name: string, { memory }: CommandResult): Row => {
  const later = memory.slice(Math.floor(memory.length / 3))
  const grew = later.length < 4 ? 0 : linearGrowth(later)
  const largest = Math.max(0, ...memory)
  return {
    what: `memory of the ${name}, largest`,
    measured: `${Math.round(megabytes(largest))} MB`,
    baseline: `${Math.round(megabytes(grew))} MB more over its last two thirds`,
    target: 'flat: < 50 MB',
    met: grew < 50 * million,
  }
}

const failed = (what: string, { code, errors }: CommandResult): Row => {
  const [output = ''] = errors.trim().split('\n')
  return {
    what,
    measured: `ended with ${code}`,
    baseline: output.replaceAll(masterKey, '…').slice(0, 120),
    target: 'done',
    met: false,
  }
}
