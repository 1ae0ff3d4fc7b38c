import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { ServerProcess } from '#server/testing/processes/spawn-server.ts'
import { checkOrder, checkStored } from './check.ts'
import type { FaultContext } from './fault-context.ts'
import { type Calls, callsTo, type Installation, install, setupToken } from './installation.ts'
import { answersLine, type Node, newObservations, startLoad } from './load.ts'
import { waitForNoStatements } from './postgres-connections.ts'
import type { Random } from './random.ts'
import type { Row } from './report.ts'
import { timeFor, timeLimit, timesLine } from './time-limit.ts'

type Form = {
  kind: 'sqlite' | 'postgres'
  processes: number
  /** Whether processes are killed and restarted during the load. */
  kills: boolean
  /** Rounds, each with its own names: the search for an order takes longer for a longer history. */
  rounds: number
}

const clients = 12
const requestsOfOne = 30

/** Sends requests about the same names to several processes, and searches for one order that explains all answers. */
export const checkOrderOverProcesses = async (
  context: FaultContext,
  { kind, processes, kills, rounds }: Form,
): Promise<Row> => {
  const random = context.random.fork(`order ${kind} ${kills}`)
  const folder = join(context.folder(), 'data')
  const common = { DATA_DIR: folder, SETUP_TOKEN: setupToken }
  const url = kind === 'postgres' ? await (await context.postgres()).database(`order_${kills}`) : undefined
  const settings = url ? { ...common, DATABASE_URL: url, MASTER_KEY: randomBytes(32).toString('base64') } : common
  const first = context.start(settings)
  const installation = await install(first)
  const others = Array.from({ length: processes - 1 }, () => context.start(settings))
  const group = await Promise.all([first, ...others].map((server) => nodeOf(server, installation)))

  const observations = newObservations()
  const wrong: string[] = []
  let killed = 0
  let done = 0
  for (const isTime = timeLimit(timeFor.rounds); done < rounds && isTime(); done++) {
    const round = done
    const names = Array.from({ length: 3 }, (_, index) => `NAME_${round}_${index}`)
    const load = startLoad({
      nodes: group,
      names,
      clients,
      random: random.fork(`${round}`),
      observations,
      each: requestsOfOne,
    })
    let loaded = false
    const killer = async (choose: Random) => {
      await pause(choose.below(80))
      if (loaded) return
      await choose.pick(group).restart(() => context.start(settings))
      killed++
    }
    const killing = kills ? killer(random.fork(`killer ${round}`)) : undefined
    await load.done
    loaded = true
    await killing
  }
  if (url) await waitForNoStatements(url)
  const [calls] = group.flatMap((node) => node.calls() ?? [])
  if (calls) wrong.push(...(await checkStored(calls, observations)))
  wrong.push(...checkOrder(observations.events), ...observations.flaws)
  for (const node of group) await node.end()
  return {
    fault: `${clients} clients over ${processes} ${processes === 1 ? 'process' : 'processes'} on ${kind === 'sqlite' ? 'SQLite' : 'PostgreSQL'}${kills ? ', processes killed meanwhile' : ''}`,
    times: `${timesLine(done, rounds)} on 3 names each${kills ? `, ${killed} kills` : ''}`,
    checked: `one order of ${observations.events.length} sets, deletes, conditional ones and reads; the trail; the list`,
    seen: answersLine(observations),
    wrong,
  }
}

type Process = Node & { restart(start: () => ServerProcess): Promise<void>; end(): Promise<void> }

/** Represents a process across kills and restarts. */
const nodeOf = async (first: ServerProcess, installation: Installation): Promise<Process> => {
  let server = first
  let calls: Calls | undefined = callsTo(await server.ready, installation)
  return {
    calls: () => calls,
    restart: async (start) => {
      server.kill('SIGKILL')
      await server.ended
      calls?.close()
      calls = undefined
      server = start()
      calls = callsTo(await server.ready, installation)
    },
    end: async () => {
      calls?.close()
      server.kill('SIGTERM')
      await server.ended
    },
  }
}
