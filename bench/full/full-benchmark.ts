import { join } from 'node:path'
import pg from 'pg'
import { startPostgres } from '#server/testing/postgres/embedded-postgres.ts'
import { withFolder } from '../processes.ts'
import type { Row } from '../report.ts'
import { type Cell, measureSize, type Served } from './cells.ts'
import { fillProjects } from './fill-projects.ts'
import { measureHalfLoad } from './half-load.ts'
import { setUpInstallation } from './installation.ts'
import { sentBy } from './loads.ts'
import { describeMachine } from './machine.ts'
import { type Database, startNodes } from './nodes.ts'
import type { Options } from './plan.ts'
import { databaseSize, type Found, type Sizes } from './report-data.ts'
import { soak } from './soak.ts'
import { measureBesideDriver, measureNodes } from './targets.ts'
import { measureBackup, measureRotation, type Upkeep } from './upkeep.ts'
import { familySeconds, postmasterOf } from './usage.ts'
import { writeReport } from './write-report.ts'

const say = (text: string): void => console.error(`${new Date().toISOString().slice(11, 19)}  ${text}`)

/** Measures everything, and writes the report of it. Returns whether every target is met. */
export const benchFully = async (options: Options): Promise<boolean> => {
  const began = performance.now()
  const postgres = await startPostgres({ durable: true })
  try {
    const found = await withFolder((folder) => measureAll(postgres, folder, options))
    const minutes = (performance.now() - began) / 60_000
    const file = writeReport({ ...found, minutes, options })
    say(`It took ${minutes.toFixed(1)} minutes. The report is in ${file}.`)
    const missed = found.targets.filter(({ met }) => !met)
    for (const { what, measured, target } of missed) say(`A target is missed: ${what}: ${measured}, not ${target}`)
    return missed.length === 0
  } finally {
    await postgres.stop()
  }
}

type Postgres = Awaited<ReturnType<typeof startPostgres>>

const measureAll = async (postgres: Postgres, folder: string, { plan, soak: soaks }: Options): Promise<Found> => {
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
        sent: sentBy(installations.postgres),
        databaseSeconds: () => familySeconds(postmaster),
      },
      sqlite: { kind: 'sqlite', nodes: nodes.sqlite, sent: sentBy(installations.sqlite) },
    }
    const kinds = ['postgres', 'sqlite'] as const

    const cells: Cell[] = []
    const sizes: Sizes[] = []
    let filled = 0
    for (const size of plan.sizes) {
      for (const kind of kinds) {
        say(`${kind}: filling up to ${size} secrets`)
        await fillProjects(databases[kind], installations[kind], { from: filled, to: size })
        cells.push(...(await measureSize(served[kind], size, plan, say)))
        sizes.push({ kind, size, bytes: await databaseSize(databases[kind]), memory: nodes[kind].memory() })
      }
      filled = size
    }

    const given = { served: served.postgres, installation: installations.postgres, url, bareUrl, plan }
    const targets: Row[] = []
    say('One node beside the driver alone')
    targets.push(...(await measureBesideDriver(given)))
    say('List at half load')
    targets.push(...(await measureHalfLoad(given)))
    say('Processor time a request by the number of nodes')
    const { rows, times } = await measureNodes(given)
    targets.push(...rows)

    const upkeeps: Upkeep[] = []
    for (const measure of [measureBackup, measureRotation]) {
      for (const kind of kinds) {
        say(`${measure === measureBackup ? 'Backup' : 'Rotation'}, ${kind}`)
        const about = { served: served[kind], database: databases[kind], size: filled, plan, folder }
        const { rows, upkeep } = await measure(about)
        targets.push(...rows)
        if (upkeep) upkeeps.push(upkeep)
      }
    }
    if (soaks) say(`Soaking for ${plan.soak} s`)
    const soaked = soaks ? await soak([served.postgres, served.sqlite], plan).catch(failedSoak) : undefined
    targets.push(...(soaked?.rows ?? []))
    const machine = await describeMachine(url)
    return { machine, cells, sizes, targets, times, atRest, upkeeps, soaked: soaked?.soaked ?? [] }
  } finally {
    await Promise.all([nodes.postgres.stop(), nodes.sqlite.stop()])
  }
}

/** A soak comes last: what was measured before it is worth its report, which tells that it failed. */
const failedSoak = (error: Error): Awaited<ReturnType<typeof soak>> => ({
  rows: [{ what: 'soak', measured: `failed: ${error.message}`, beside: '', target: 'no failed request', met: false }],
  soaked: [],
})

/** What a bare insert goes into: as wide as a sealed value with its name. */
const makePlainTable = async (url: string): Promise<void> => {
  const client = new pg.Client(url)
  await client.connect()
  await client.query('create table plain (id bigint generated always as identity primary key, name text, value bytea)')
  await client.end()
}
