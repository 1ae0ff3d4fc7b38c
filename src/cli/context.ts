import type { WorkloadClient } from '#client/workload-calls.ts'
import type { Io } from './io.ts'

/** What a command is given beside its own options. */
export type Context = {
  io: Io
  /** Options that every command takes. */
  given: Shared
  /** The server's address and the key, from options, environment and key file, in this order. */
  settings(): Promise<Settings>
  /** A client of that server by that key. Throws a {@link CommandError} that says how to sign in when there is no key. */
  client(): Promise<WorkloadClient>
  /** What the process ends with when nothing is thrown; a command that runs another sets it. */
  exitCode?: number
}

export type Shared = { apiKey?: string | undefined; json?: boolean | undefined }

export type Settings = {
  /** Without a slash at the end; may have a path. */
  address: string
  apiKey: string | undefined
  /** Where the key and the address are kept. */
  file: string
}
