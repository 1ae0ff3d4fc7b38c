import { join } from 'node:path'
import pg from 'pg'
import { startPostgres } from '#server/testing/postgres/embedded-postgres.ts'
import { withFolder } from '../processes.ts'
import type { Row } from '../report.ts'
import { type Cell, measureSize, type Served } from './cells.ts'
import { fillProjects } from './fill-projects.ts'
import { measureHalfLoad } from './half-load.ts'
import { setUpInstallation } from './installation.ts'
import { requestLoops } from './loads.ts'
import { describeMachine } from './machine.ts'
import { type Database, startNodes } from './nodes.ts'
import type { Options } from './plan.ts'
import { databaseSize, type Results, type Sizes } from './report-data.ts'
import { soak } from './soak.ts'
import { compareWithDriver, measureNodes } from './targets.ts'
import { type MaintenanceRun, measureBackup, measureRotation } from './upkeep.ts'
import { familySeconds, postmasterOf } from './usage.ts'
import { writeReport } from './write-report.ts'

const log = (text: string): void => console.error(`${new Date().toISOString().slice(11, 19)}  ${text}`)

/** Measures everything and writes the report. Returns whether every target is met. */
export const runFullBenchmark = async (options: Options): Promise<boolean> => {
  const began = performance.now()
  const postgres = await startPostgres({ durable: true })
  try {
    const found = await withFolder((folder) => measureAll(postgres, folder, options))
    const minutes = (performance.now() - began) / 60_000
    const file = writeReport({ ...found, minutes, options })
    log(`The run took ${minutes.toFixed(1)} minutes. The report is in ${file}.`)
    const missed = found.targets.filter(({ met }) => !met)
    for (const { what, measured, target } of missed) log(`A target is missed: ${what}: ${measured}, not ${target}`)
    return missed.length === 0
  } finally {
    await postgres.stop()
  }
}

type Postgres = Awaited<ReturnType<typeof startPostgres>>

const measureAll = async (postgres: Postgres, folder: string, { plan, soak: soaks }: Options): Promise<Results> => {
  const url = await postgres.database('bench')
  const bareUrl = await postgres.database('bare')
  await makePlainTable(bareUrl)
  const databases: Record<Served['kind'], Database> = {
    postgres: { kind: 'postgres', url },
    sqlite: { kind: 'sqlite', folder: join(folder, 'data') },
  }
  const postmaster = await postmasterOf(url)
  const nodes = {
    postgres: await startNodes(databases.postgres, Math.max(...plan.nodes)),
    sqlite: await startNodes(databases.sqlite, 1),
  }
  const atRest = { postgres: nodes.postgres.memory(), sqlite: nodes.sqlite.memory() }
  try {
    const installations = {
      postgres: await setUpInstallation(nodes.postgres.addresses[0] ?? '', databases.postgres),
      sqlite: await setUpInstallation(nodes.sqlite.addresses[0] ?? '', databases.sqlite),
    }
    const served: Record<Served['kind'], Served> = {
      postgres: {
        kind: 'postgres',
        nodes: nodes.postgres,
        sent: requestLoops(installations.postgres),
        databaseSeconds: () => familySeconds(postmaster),
      },
      sqlite: { kind: 'sqlite', nodes: nodes.sqlite, sent: requestLoops(installations.sqlite) },
    }
    const kinds = ['postgres', 'sqlite'] as const

    const cells: Cell[] = []
    const sizes: Sizes[] = []
    let filled = 0
    for (const size of plan.sizes) {
      for (const kind of kinds) {
        log(`${kind}: filling up to ${size} secrets`)
        await fillProjects(databases[kind], installations[kind], { from: filled, to: size })
        cells.push(...(await measureSize(served[kind], size, plan, log)))
        sizes.push({ kind, size, bytes: await databaseSize(databases[kind]), memory: nodes[kind].memory() })
      }
      filled = size
    }

    const node = { served: served.postgres, installation: installations.postgres, url, bareUrl, plan }
    const targets: Row[] = []
    log('One node compared with the driver alone')
    targets.push(...(await compareWithDriver(node)))
    log('List at half load')
    targets.push(...(await measureHalfLoad(node)))
    log('Processor time per request by the number of nodes')
    const { rows, times } = await measureNodes(node)
    targets.push(...rows)

    const upkeeps: MaintenanceRun[] = []
    for (const measure of [measureBackup, measureRotation]) {
      for (const kind of kinds) {
        log(`${measure === measureBackup ? 'Backup' : 'Rotation'}, ${kind}`)
        const about = { served: served[kind], database: databases[kind], size: filled, plan, folder }
        const { rows, upkeep } = await measure(about)
        targets.push(...rows)
        if (upkeep) upkeeps.push(upkeep)
      }
    }
    if (soaks) log(`Soaking for ${plan.soak} s`)
    const soaked = soaks ? await soak([served.postgres, served.sqlite], plan).catch(failedSoak) : undefined
    targets.push(...(soaked?.rows ?? []))
    const machine = await describeMachine(url)
    return { machine, cells, sizes, targets, times, atRest, upkeeps, soaked: soaked?.soaked ?? [] }
  } finally {
    await Promise.all([nodes.postgres.stop(), nodes.sqlite.stop()])
  }
}

/** Reports a failed soak as a row. The soak runs last, and the earlier measurements still deserve a report. */
const failedSoak = (error: Error): Awaited<ReturnType<typeof soak>> => ({
  rows: [{ what: 'soak', measured: `failed: ${error.message}`, baseline: '', target: 'no failed request', met: false }],
  soaked: [],
})

/** Creates the table for bare inserts: as wide as a sealed value with its name. */
const makePlainTable = async (url: string): Promise<void> => {
  const client = new pg.Client(url)
  await client.connect()
  await client.query('create table plain (id bigint generated always as identity primary key, name text, value bytea)')
  await client.end()
}
