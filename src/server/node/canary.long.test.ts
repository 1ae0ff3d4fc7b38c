import { createHash, randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import type { Answer, SendRequest } from '#server/testing/app/send-request.ts'
import { encodedForms } from '#server/testing/find-leaks.ts'
import { runAdminProcess } from '#server/testing/processes/run-admin-process.ts'
import { startServerProcess } from '#server/testing/processes/server-process.ts'
import { newTemporaryFolder } from '#server/testing/processes/temporary-folder.ts'
import { firstAccount, sessionCookie } from '#server/testing/processes/test-server.ts'

/**
 * Returns random text with every kind of character that escapes differently: a line break, quotes, a space, a plus sign
 * and a two-byte letter.
 */
const newCanary = (label: string) =>
  `${label}-${randomBytes(18).toString('base64')}\n"é' +/${randomBytes(12).toString('hex')}`

const values: string[] = []
const newValue = () => {
  const value = newCanary('value')
  values.push(value)
  return value
}
/** Returns a canary that is short enough for a password and has no line break. */
const newPassword = () => newCanary('password').replace('\n', ' ')

/** Sends values in every way that the API has, including ways that are refused. */
const sendValues = async (request: SendRequest, secrets: string) => {
  const name = 'A_NAME'
  await request('POST', secrets, { name, value: newValue() })
  await request('POST', secrets, { name, value: newValue() })
  await request('POST', secrets, { name: 'not a name', value: newValue() })
  await request('POST', secrets, { name: newValue(), value: newValue() })
  await request('POST', secrets, `{"name":"B","value":${JSON.stringify(newValue())}`)
  await request('POST', secrets, `{"name":"B","value":"","value":${JSON.stringify(newValue())}}`)
  await request('POST', secrets, { name: 'B', value: newValue() }, { 'content-type': 'text/plain' })
  await request('POST', secrets, { name: 'B', value: `${newValue()}\0` })
  await request('POST', secrets, { name: 'B', value: newValue() + 'x'.repeat(70_000) })
  await request('POST', secrets, { name: 'B', value: newValue() + 'x'.repeat(500_000) })
  await request('POST', `${secrets}x`, { name: 'B', value: newValue() })
  await request('PUT', `${secrets}/${name}?include=overlaps`, { value: newValue() })
  await request('PUT', `${secrets}/${name}?dryRun=true`, { value: newValue() })
  await request('PATCH', `${secrets}/${name}?dryRun=true`, { value: `${newValue()}\0` })
  await request('POST', `${secrets}?dryRun=true`, { name, value: newValue() })
  await request('PUT', `${secrets}/${name}`, { value: newValue() }, { 'if-match': '"0"' })
  await request('PUT', `${secrets}/${name}`, { value: { deep: newValue() } })
  await request('PATCH', `${secrets}/${name}`, { value: newValue() })
  await request('PATCH', `${secrets}/NONE`, { value: newValue() })
  await request('GET', `${secrets}/${name}`)
  await request('GET', `${secrets}?include=overlaps`)
  await sendHistory(request, secrets, name)
}

/** Restores old versions, and deletes, restores and purges secrets, in valid and invalid ways. */
const sendHistory = async (request: SendRequest, secrets: string, name: string) => {
  const trash = secrets.replace(/secrets$/, 'trash')
  const same = { value: newValue() }
  for (const method of ['PUT', 'PUT', 'PATCH']) await request(method, `${secrets}/${name}`, same)
  await request('POST', `${secrets}/${name}/versions/1/restoration?dryRun=true`)
  expect((await request('POST', `${secrets}/${name}/versions/1/restoration?include=lastUse`)).status).toBe(200)
  await request('POST', `${secrets}/${name}/versions/99/restoration`, { value: newValue() })
  await request('GET', `${secrets}/${name}/versions`)
  await request('DELETE', `${secrets}/${name}/versions/2`)
  for (const way of ['restore', 'keep', 'purge']) {
    await request('PUT', `${secrets}/${way}`, { value: newValue() })
    const { json } = await request<{ trashed: { id: string } }>('DELETE', `${secrets}/${way}`)
    if (way === 'restore') await request('POST', `${trash}/${json.trashed.id}/restoration`)
    if (way === 'purge') await request('DELETE', `${trash}/${json.trashed.id}`)
  }
  await request('GET', trash)
}

/** Creates everything that the API shows only once, uses it in valid and invalid ways, and returns it. */
const useShownOnce = async (request: SendRequest, once: SendRequest): Promise<string[]> => {
  const { json: key } = await once<{ id: string; key: string }>('POST', '/v1/api-keys', { name: 'ci' })
  for (const header of [{ 'x-api-key': key.key }, { authorization: `Bearer ${key.key}` }]) {
    await request('GET', '/v1/projects', undefined, header)
    await request('PUT', '/teams/secrets/BY_KEY', { value: newValue() }, header)
    await request('POST', '/secrets/ephemeral', { A: newValue() }, header)
    await request('POST', '/v1/api-keys', { name: key.key }, { 'x-api-key': `${key.key}x` })
  }
  await request('GET', `/v1/projects?apiKey=${key.key}`)
  await request('GET', '/v1/projects', undefined, { 'x-api-key': key.key, authorization: 'Bearer other' })
  await request('DELETE', `/v1/api-keys/${key.id}`)
  await request('GET', '/v1/projects', undefined, { 'x-api-key': key.key })

  const verifier = newPassword()
  const asked = { device: 'ada@laptop', challenge: createHash('sha256').update(verifier).digest('hex') }
  const { json: login } = await once<{ code: string }>('POST', '/v1/cli-logins', asked)
  await request('POST', '/v1/cli-logins/key', { code: login.code, verifier })
  await request('POST', '/v1/cli-logins/allowance', { code: login.code })
  const { json: taken } = await once<{ apiKey: { key: string } }>('POST', '/v1/cli-logins/key', {
    code: login.code,
    verifier,
  })
  await request('GET', '/v1/projects', undefined, { 'x-api-key': taken.apiKey.key })
  await request('POST', '/v1/cli-logins/key', { code: login.code, verifier })

  const { json: invite } = await once<{ token: string }>('POST', '/v1/invites', { role: 'viewer' })
  const { json: open } = await once<{ token: string }>('POST', '/v1/invites', { role: 'viewer' })
  const lin = { name: 'Lin', email: 'lin@example.com', password: newPassword() }
  await request('POST', '/v1/invitation', { token: invite.token })
  await request('POST', '/v1/invitation/acceptance', { token: open.token })
  await request('POST', '/v1/invitation/acceptance', { token: invite.token, account: { ...lin, password: 'short' } })
  await request('POST', '/v1/invitation/acceptance', { token: invite.token, account: lin })
  await request('POST', '/v1/invitation/acceptance', { token: invite.token, account: lin })
  await request('GET', '/v1/invites')

  return [key.key, verifier, taken.apiKey.key, invite.token, open.token, lin.password]
}

/** Changes the password and starts two-factor sign-in; returns the seed, the recovery codes and the passwords. */
const useAccount = async (request: SendRequest, once: SendRequest, current: string): Promise<string[]> => {
  const [next, wrong] = [newPassword(), newPassword()]
  await request('POST', '/v1/session/confirmation', { password: wrong })
  await request('PUT', '/v1/account/password', { current: wrong, next })
  const { json } = await once<{ seed: string; recoveryCodes: string[] }>('POST', '/v1/account/two-factor', {
    password: current,
  })
  const { seed } = json
  expect(seed.length).toBeGreaterThan(15)
  await request('POST', '/v1/account/two-factor/on', { code: '000000' })
  await request('GET', '/v1/account')
  await request('GET', '/v1/audit')
  await request('GET', '/v1/audit/export')
  await request('PUT', '/v1/account/password', { current, next })
  return [next, wrong, seed, ...json.recoveryCodes]
}

it('values, passwords, keys, invites and seeds appear in no answer, log, output or file, in any encoding', async () => {
  const folder = join(newTemporaryFolder(), 'data')
  const [password, wrong] = [newPassword(), newPassword()]
  const token = randomBytes(24).toString('base64url')
  const server = startServerProcess({ DATA_DIR: folder, SETUP_TOKEN: token })
  const answers: Answer<unknown>[] = []
  const always: Record<string, string> = {}
  const request: SendRequest = async (method, path, body, headers) => {
    const answer = await server.request<never>(method, path, body, { ...always, ...headers })
    answers.push(answer)
    return answer
  }

  await request('POST', '/v1/setup', { ...firstAccount, token: `${token}x`, password })
  const setUp = await request('POST', '/v1/setup', { ...firstAccount, token, password })
  expect(setUp.status).toBe(201)
  await request('POST', '/v1/session', { email: firstAccount.email, password: wrong })
  await request('POST', '/v1/session', { email: 'nobody@example.com', password: wrong })
  await request('POST', '/v1/session', { email: wrong, password: wrong })
  const signedIn = await request('POST', '/v1/session', { email: firstAccount.email, password })
  expect(signedIn.status).toBe(200)
  Object.assign(always, sessionCookie(signedIn))
  const { json: project } = await request('POST', '/v1/projects', { name: 'web' })
  const { json: cluster } = await request('POST', '/v1/clusters', { name: 'gpu', type: 'vm' })
  for (const scope of ['teams/gradient-next', `projects/${project.id}`, `clusters/${cluster.id}`]) {
    await sendValues(request, `/v1/${scope}/secrets`)
  }
  // Answers that show a secret once, by design, are not searched.
  const once: SendRequest = (method, path, body, headers) =>
    server.request<never>(method, path, body, { ...always, ...headers })
  const shownOnce = [...(await useShownOnce(request, once)), ...(await useAccount(request, once, password))]
  expect(new Set(answers.map(({ status }) => status))).toEqual(
    new Set([200, 201, 204, 400, 401, 403, 404, 409, 412, 413]),
  )

  const files = () =>
    readdirSync(folder).map((name) => [name, readFileSync(join(folder, name)).toString('latin1')] as const)
  const whileRunning = files()
  server.kill('SIGTERM')
  expect(await server.ended).toBe(0)
  const backup = join(newTemporaryFolder(), 'backup')
  const made = await runAdminProcess(['backup', backup], { DATA_DIR: folder })
  expect([made.code, made.stderr]).toEqual([0, ''])
  const packed = readFileSync(backup)
  const places = new Map<string, string>([
    ['the answers', answers.map(({ text, headers }) => text + JSON.stringify([...headers])).join('\n')],
    ['stdout', server.stdout().replace(/setup#token=\S+/, '')],
    ['stderr', server.stderr()],
    ...whileRunning,
    ...files().map(([name, content]) => [`${name} after the end`, content] as const),
    ['what the backup printed', made.stdout],
    ['the backup', packed.toString('latin1')],
    ['the backup unpacked', gunzipSync(packed).toString('latin1')],
  ])
  expect([...places.keys()]).toEqual(expect.arrayContaining(['secrets.db', 'secrets.db-wal', 'master.key']))
  // Checks the search itself: it finds text that may be there.
  expect(places.get('secrets.db after the end')).toContain('A_NAME')
  expect(places.get('the backup unpacked')).toContain('A_NAME')
  expect(places.get('the backup unpacked')).not.toContain(readFileSync(join(folder, 'master.key'), 'utf8').trim())
  expect(places.get('the answers')).toContain('A_NAME')
  expect(places.get('stderr')).toContain('/v1/projects/:id/secrets')

  const found = []
  const secrets = [...values, ...shownOnce, password, wrong, token]
  for (const [place, content] of places) {
    for (const [index, secret] of secrets.entries()) {
      for (const spelling of encodedForms(secret)) {
        const inBytes = Buffer.from(spelling).toString('latin1')
        if (content.includes(spelling) || content.includes(inBytes)) found.push(`number ${index} in ${place}`)
      }
    }
  }
  expect(found).toEqual([])
  expect(shownOnce.length).toBeGreaterThan(15)
  expect(secrets.length).toBeGreaterThan(65)
}, 60_000)
