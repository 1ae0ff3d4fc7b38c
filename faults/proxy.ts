import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { Transform } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import type { Random } from './random.ts'

/** What a network does to the connections between a server and its database. */
export type Weather =
  | { kind: 'fair' }
  /** Nobody listens, and what was open is gone. */
  | { kind: 'refused' }
  /** Connections are taken and kept, and nothing comes through; what was sent meanwhile arrives at the end of it. */
  | { kind: 'silent' }
  | { kind: 'slow'; milliseconds: number }
  /** Each connection breaks in the midst of an answer, after so many bytes at most. */
  | { kind: 'cut'; most: number }

export type Proxy = {
  port: number
  become(weather: Weather): Promise<void>
  close(): Promise<void>
}

/** Stands between a server and its database, on a port of its own of the loopback interface. */
export const openProxy = async (target: number, random: Random): Promise<Proxy> => {
  let weather: Weather = { kind: 'fair' }
  const sockets = new Set<Socket>()
  let changed = Promise.withResolvers<void>()

  /** Lets bytes through as the weather is. */
  const way = (breakOff: () => void, answers: boolean) => {
    let left = random.below(4000)
    return new Transform({
      transform: async (chunk: Buffer, _encoding, done) => {
        while (weather.kind === 'silent') await changed.promise
        if (weather.kind === 'slow') await pause(weather.milliseconds)
        if (weather.kind === 'cut' && answers) {
          left = Math.min(left, weather.most) - chunk.length
          if (left < 0) {
            done(null, chunk.subarray(0, Math.max(0, chunk.length + left)))
            setImmediate(breakOff)
            return
          }
        }
        done(null, chunk)
      },
    })
  }

  const take = (client: Socket) => {
    const database = connect(target, '127.0.0.1')
    const breakOff = () => {
      client.destroy()
      database.destroy()
    }
    for (const socket of [client, database]) {
      sockets.add(socket)
      socket.setNoDelay(true)
      socket.on('error', breakOff).on('close', () => {
        sockets.delete(socket)
        // Through a silent network, neither side hears of the other's end.
        if (weather.kind !== 'silent') breakOff()
      })
    }
    client.pipe(way(breakOff, false)).on('error', breakOff).pipe(database)
    database.pipe(way(breakOff, true)).on('error', breakOff).pipe(client)
  }

  let server: Server
  const listen = async (port: number) => {
    server = createServer(take)
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('A proxy listens on a port.')
    return address.port
  }
  const port = await listen(0)
  const stopListening = async () => {
    const closed = once(server, 'close')
    server.close()
    for (const socket of sockets) socket.destroy()
    await closed
  }

  return {
    port,
    become: async (next) => {
      const before = weather
      weather = next
      changed.resolve()
      changed = Promise.withResolvers()
      if (next.kind === 'refused' && before.kind !== 'refused') await stopListening()
      if (next.kind !== 'refused' && before.kind === 'refused') await listen(port)
    },
    close: async () => {
      weather = { kind: 'fair' }
      changed.resolve()
      if (server.listening) await stopListening()
    },
  }
}
