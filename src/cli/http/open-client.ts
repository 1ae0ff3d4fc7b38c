import { config } from 'zod'
import { CommandError, exits } from '#cli/exit.ts'
import { createRequest } from '#client/request.ts'
import { type WorkloadClient, workloadCalls } from '#client/workload-calls.ts'
import { createFetch } from './node-fetch.ts'

// Compiling a check takes longer than the few times that it is made.
config({ jitless: true })

/** A client of the server at `address`. Throws a {@link CommandError} for a key that no request can carry. */
export const openClient = (address: string, apiKey?: string): WorkloadClient => {
  if (apiKey !== undefined && !/^[!-~]+$/.test(apiKey)) {
    throw new CommandError(exits.denied, 'The API key has characters that no key has.', { hint: 'Copy it again.' })
  }
  return workloadCalls(createRequest({ baseUrl: address, fetch: createFetch(address), ...(apiKey ? { apiKey } : {}) }))
}
