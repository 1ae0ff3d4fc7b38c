import { expect, it } from 'vitest'
import { apiRoutes } from '#server/app.ts'
import { fillPath, listOperations, type Operation } from '#server/testing/app/api-operations.ts'
import { confirmedHeader } from '#server/testing/app/identity-by-header.ts'
import { newSampleTeam, pathId, type SampleTeam } from '#server/testing/app/sample-team.ts'
import { openTestApp } from '#server/testing/app/test-app.ts'
import { Failure } from '#shared/failure.ts'
import { confirmedMinutes, isConfirmationNeeded } from '#shared/people/session.ts'

const api = await openTestApp()
const operations = await listOperations(api.request, () => true)
const changes = operations.filter(({ method }) => method !== 'GET')
const labelOf = ({ method, path }: Operation) => `${method} ${path}`

const ofSecrets = 'It concerns secrets, which the trail and the trash keep, and no rights.'
const ofRequest = 'It takes the proof in its body, and is how a session starts.'
const byKeys = 'Only API keys may call it, which confirm nothing.'
const inBody = 'Its body takes the password, and the second factor of who has one.'
const isProof = 'It is the confirmation, or a part of it.'

/** The changes that a stale session may make, each with the reason. Every other change needs a confirmation. */
const unconfirmed: Record<string, string> = {
  'POST /v1/setup': ofRequest,
  'POST /v1/session': ofRequest,
  'POST /v1/session/passkey': ofRequest,
  'POST /v1/session/passkey-challenge': isProof,
  'POST /v1/session/proof': ofRequest,
  'POST /v1/session/confirmation': isProof,
  'POST /v1/session/openid/address': ofRequest,
  'POST /v1/session/openid': ofRequest,
  'POST /v1/session/confirmation/openid/address': isProof,
  'POST /v1/session/confirmation/openid': isProof,
  'DELETE /v1/session': 'It ends the session of this browser only.',
  'PATCH /v1/account': 'A name grants nothing; the trail keeps the old one.',
  'PUT /v1/account/password': inBody,
  'POST /v1/account/two-factor': inBody,
  'POST /v1/account/two-factor/off': inBody,
  'POST /v1/account/two-factor/recovery-codes': inBody,
  'POST /v1/password-reset': ofRequest,
  'POST /v1/password-reset/use': ofRequest,
  'POST /v1/invitation': ofRequest,
  'POST /v1/invitation/acceptance': 'The token of the invite is the proof, and it widens only one’s own rights.',
  'POST /v1/cli-logins': 'It asks, and grants nothing.',
  'POST /v1/cli-logins/look': 'It reads.',
  'POST /v1/cli-logins/denial': 'It grants nothing, and ends what nobody has yet.',
  'POST /v1/cli-logins/key': ofRequest,
  'POST /v1/workloads/resolve': byKeys,
  'PATCH /v1/projects/{id}': 'A name grants nothing; the trail keeps the old one.',
  'PATCH /v1/clusters/{id}': 'A name grants nothing; the trail keeps the old one.',
  'POST /v1/projects': 'A new project has no secrets and opens nothing.',
  'POST /v1/clusters': 'A new cluster has no secrets and opens nothing.',
  'POST /projects/': 'A new project has no secrets and opens nothing.',
  'POST /projects': 'A new project has no secrets and opens nothing.',
  'POST /v1/teams': 'A new team has no secrets and grants nothing in another one.',
  'POST /secrets/ephemeral': ofSecrets,
}
const secretChange = /\/(secrets|trash)(\/|$)/

const isUnconfirmed = (operation: Operation): boolean => {
  const { method, path, confirm } = operation
  return (
    labelOf(operation) in unconfirmed || (!confirm && secretChange.test(path) && !/purge/.test(`${method} ${path}`))
  )
}

/** Sends a change as the owner, who confirmed too long ago. */
const sendStale = (team: SampleTeam, { method, path, body }: Operation, query = '') =>
  team.request(method, `${fillPath(path, partsOf(team, path))}${query}`, body, {
    [confirmedHeader]: `${(confirmedMinutes + 1) * 60_000}`,
  })

const partsOf = (team: SampleTeam, path: string): Record<string, string> => ({
  name: 'SAMPLE',
  version: '1',
  trashId: 'none',
  ...(path.includes('{id}') ? { id: idFor(team, path) } : {}),
})

const idFor = (team: SampleTeam, path: string): string => {
  try {
    return pathId(path, team.ids)
  } catch {
    return 'none'
  }
}

it('every change needs a confirmation, or is listed as needing none', () => {
  const found = changes.filter((operation) => !operation.confirm && !isUnconfirmed(operation)).map(labelOf)
  expect(found).toEqual([])
  const both = changes.filter((operation) => operation.confirm && labelOf(operation) in unconfirmed).map(labelOf)
  expect(both).toEqual([])
  const gone = Object.keys(unconfirmed).filter((label) => !operations.some((one) => labelOf(one) === label))
  expect(gone).toEqual([])
})

it('a stale session is asked for a confirmation by every route of the table', async () => {
  const team = await newSampleTeam(api)
  const confirmed = changes.filter(({ confirm }) => confirm)
  expect(confirmed.length).toBeGreaterThan(20)
  const before = await team.all()
  for (const operation of confirmed) {
    const { status, json } = await sendStale(team, operation)
    const { code, message, issues } = json as unknown as Failure
    expect([labelOf(operation), status]).toEqual([labelOf(operation), 403])
    expect([labelOf(operation), isConfirmationNeeded(new Failure(code, message, { issues }))]).toEqual([
      labelOf(operation),
      true,
    ])
  }
  expect(await team.all()).toEqual(before)
})

it('asking for a plan is no way around the confirmation', async () => {
  const team = await newSampleTeam(api)
  const before = await team.all()
  const planned: string[] = []
  for (const operation of changes.filter(({ confirm }) => confirm)) {
    const { status } = await sendStale(team, operation, '?dryRun=true')
    if (status !== 403) planned.push(labelOf(operation))
  }
  expect(planned.toSorted()).toEqual(['DELETE /v1/clusters/{id}', 'DELETE /v1/projects/{id}'])
  expect(await team.all()).toEqual(before)
})

it('no route that only reads needs a confirmation', () => {
  const table = apiRoutes(api.deps).all()
  expect(table.filter(({ description: { method, confirm } }) => method === 'get' && confirm)).toEqual([])
})
