import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { Transform } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import type { Random } from './random.ts'

/** The state of the network between a server and its database. */
export type NetworkState =
  | { kind: 'fair' }
  /** Refuses new connections and breaks open ones. */
  | { kind: 'refused' }
  /** Accepts connections but forwards nothing; data sent in the meantime arrives when the state ends. */
  | { kind: 'silent' }
  | { kind: 'slow'; milliseconds: number }
  /** Breaks each connection in the middle of an answer, after at most this many bytes. */
  | { kind: 'cut'; most: number }

export type Proxy = {
  port: number
  become(network: NetworkState): Promise<void>
  close(): Promise<void>
}

/** Opens a proxy between a server and its database, on its own port of the loopback interface. */
export const openProxy = async (target: number, random: Random): Promise<Proxy> => {
  let network: NetworkState = { kind: 'fair' }
  const sockets = new Set<Socket>()
  let changed = Promise.withResolvers<void>()

  /** Forwards bytes according to the state of the network. */
  const way = (breakOff: () => void, answers: boolean) => {
    let left = random.below(4000)
    return new Transform({
      transform: async (chunk: Buffer, _encoding, done) => {
        while (network.kind === 'silent') await changed.promise
        if (network.kind === 'slow') await pause(network.milliseconds)
        if (network.kind === 'cut' && answers) {
          left = Math.min(left, network.most) - chunk.length
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
        // A silent network hides the end of one side from the other.
        if (network.kind !== 'silent') breakOff()
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
      const before = network
      network = next
      changed.resolve()
      changed = Promise.withResolvers()
      if (next.kind === 'refused' && before.kind !== 'refused') await stopListening()
      if (next.kind !== 'refused' && before.kind === 'refused') await listen(port)
    },
    close: async () => {
      network = { kind: 'fair' }
      changed.resolve()
      if (server.listening) await stopListening()
    },
  }
}
