import { join } from 'node:path'
import { median } from './load.ts'
import { residentBytes, start, withFolder } from './processes.ts'
import type { Row } from './report.ts'

const main = join(import.meta.dirname, '../src/server/node/main.js')
const megabyte = 1_000_000

/**
 * Measures how long the server takes until it is ready, on an empty and on an existing folder, and its memory before
 * the first request.
 */
export const benchStartup = (): Promise<Row[]> =>
  withFolder(async (folder) => {
    const times: number[] = []
    let memory = 0
    for (let run = 0; run < 5; run++) {
      const environment = { DATA_DIR: join(folder, 'data'), PORT: '0' }
      const server = await start(main, [], { ready: /is ready at/, environment })
      times.push(server.milliseconds)
      await new Promise((resume) => setTimeout(resume, 1000))
      memory = Math.max(memory, residentBytes(server.child.pid ?? 0))
      await server.stop()
    }
    const slowest = Math.max(...times)
    return [
      {
        what: 'start to ready, slowest of 5',
        measured: `${Math.round(slowest)} ms`,
        baseline: `${Math.round(median(times))} ms median`,
        target: '≤ 2,000 ms',
        met: slowest <= 2000,
      },
      {
        what: 'memory at rest, largest of 5',
        measured: `${Math.round(memory / megabyte)} MB`,
        target: '≤ 150 MB',
        met: memory <= 150 * megabyte,
      },
    ]
  })
