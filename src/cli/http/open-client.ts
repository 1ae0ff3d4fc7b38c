import { config } from 'zod'
import { CommandError, exitCodes } from '#cli/exit.ts'
import { createRequest } from '#client/request.ts'
import { type WorkloadClient, workloadCalls } from '#client/workload-calls.ts'
import { createFetch } from './node-fetch.ts'

// zod compiles schemas by default. That takes longer than the few validations of one command.
config({ jitless: true })

/**
 * Creates a client of the server at `address`. Throws {@link CommandError} for a key that is not a valid header value.
 */
export const openClient = (address: string, apiKey?: string): WorkloadClient => {
  if (apiKey !== undefined && !/^[!-~]+$/.test(apiKey)) {
    throw new CommandError(exitCodes.denied, 'The API key has characters that no key has.', { hint: 'Copy it again.' })
  }
  return workloadCalls(createRequest({ baseUrl: address, fetch: createFetch(address), ...(apiKey ? { apiKey } : {}) }))
}
