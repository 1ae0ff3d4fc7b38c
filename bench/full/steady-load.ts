import { connect, type Socket } from 'node:net'
import { createHistogram } from 'node:perf_hooks'
import { type Measured, percentilesOf } from './full-load.ts'
import type { RequestLoop } from './loads.ts'

/**
 * Sends requests evenly at a rate, whether or not the answers keep up, like many independent users. The latency counts
 * from the time at which a request was scheduled, so it includes waiting for earlier ones. (Load tools that limit a
 * rate by pausing each connection for the rest of a second measure bursts at full speed.)
 */
export const loadSteadily = async (
  address: string,
  { path, requests }: RequestLoop,
  { rate, seconds, connections = 32 }: { rate: number; seconds: number; connections?: number },
): Promise<Measured> => {
  const running = startSteadyLoad(address, { path, requests }, { rate, connections })
  await new Promise((resume) => setTimeout(resume, seconds * 1000))
  return running.stop()
}

export type SteadyLoad = {
  /** Ends the load and returns its measurements. */
  stop(): Promise<Measured>
}

type Connection = {
  socket: Socket
  requests: Buffer[]
  sent: number
  due: number
  received: Buffer[]
  status: number
  missing: number | undefined
}

export const startSteadyLoad = (
  address: string,
  { path, requests }: RequestLoop,
  { rate, connections = 32 }: { rate: number; connections?: number },
): SteadyLoad => {
  const { host, hostname, port } = new URL(address)
  const times = createHistogram()
  let failed: Error | undefined
  const idle: Connection[] = []
  /** Scheduled times of requests that wait for a free connection; the first of them is at `next`. */
  const waiting: number[] = []
  let next = 0
  const open: Connection[] = []

  const answered = (connection: Connection, status: number) => {
    if (status < 200 || status > 299) failed ??= new Error(`${address}${path} answered ${status}.`)
    const time = Math.max(1, Math.round((performance.now() - connection.due) * 1000))
    times.record(time)
    const due = waiting[next]
    if (due === undefined) idle.push(connection)
    else {
      next++
      send(connection, due)
    }
  }
  const send = (connection: Connection, due: number) => {
    const request = connection.requests[connection.sent++ % connection.requests.length]
    connection.due = due
    if (request) connection.socket.write(request)
  }
  for (let index = 0; index < connections; index++) {
    const connection: Connection = {
      socket: connect(Number(port), hostname).setNoDelay(true),
      requests: requests(index).map((request) => requestBytes(host, { path, ...request })),
      sent: 0,
      due: 0,
      received: [],
      status: 0,
      missing: undefined,
    }
    connection.socket.on('data', (chunk: Buffer) => receive(connection, chunk, answered))
    connection.socket.on('error', (error) => {
      failed ??= error
    })
    open.push(connection)
    idle.push(connection)
  }

  const began = performance.now()
  let begun = 0
  const timer = setInterval(() => {
    const now = performance.now()
    for (; began + (begun * 1000) / rate <= now; begun++) {
      const due = began + (begun * 1000) / rate
      // Uses all connections in turns: the server closes an unused connection with 408.
      const connection = idle.shift()
      if (connection) send(connection, due)
      else waiting.push(due)
    }
  }, 1)

  return {
    stop: async () => {
      clearInterval(timer)
      const took = (performance.now() - began) / 1000
      for (const { socket } of open) socket.destroy()
      if (failed) throw failed
      return { rate: times.count / took, requests: times.count, ...percentilesOf(times) }
    },
  }
}

const requestBytes = (host: string, { path, method = 'GET', headers = {}, body = '' }: Request): Buffer => {
  const length = body ? [`content-length: ${Buffer.byteLength(body)}`] : []
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  const head = [`${method} ${path} HTTP/1.1`, `host: ${host}`, ...lines, ...length]
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`)
}
type Request = ReturnType<RequestLoop['requests']>[number]

/**
 * Parses the received bytes of an answer. Returns its status once it is complete. The server always sends a content
 * length.
 */
const receive = (
  connection: Connection,
  chunk: Buffer,
  answered: (connection: Connection, status: number) => void,
): void => {
  if (connection.missing === undefined) {
    connection.received.push(chunk)
    const all = connection.received.length === 1 ? chunk : Buffer.concat(connection.received)
    const end = all.indexOf('\r\n\r\n')
    if (end < 0) return
    const head = all.toString('latin1', 0, end)
    connection.status = Number(head.slice(9, 12))
    connection.received = []
    connection.missing = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0) - (all.length - end - 4)
  } else {
    connection.missing -= chunk.length
  }
  if (connection.missing > 0) return
  connection.missing = undefined
  answered(connection, connection.status)
}
