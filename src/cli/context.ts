import type { WorkloadClient } from '#client/workload-calls.ts'
import type { Io } from './io.ts'

/** What every command receives in addition to its own options. */
export type Context = {
  io: Io
  /** Options that most commands accept. */
  sharedOptions: SharedOptions
  /**
   * Returns a client of that server that uses the key. Throws {@link CommandError} with the way to sign in when there
   * is no key.
   */
  client(): Promise<WorkloadClient>
  /** Exit code of the process when nothing is thrown. `gradient run` sets the code of its child. */
  exitCode?: number
}

export type SharedOptions = {
  apiKey?: string | undefined
  json?: boolean | undefined
  /** Whether a key may travel to another machine without encryption. */
  insecure?: boolean | undefined
}
