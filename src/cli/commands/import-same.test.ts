import { describe, expect, it } from 'vitest'
import { startCliServer } from '#cli/testing/cli-server.ts'
import { importProjects } from '#cli/testing/import-project.ts'
import { startProxy } from '#cli/testing/test-proxy.ts'
import type { AuditRecord } from '#shared/audit/audit-record.ts'
import type { Page } from '#shared/page.ts'

const server = await startCliServer()
const newImportProject = await importProjects(server)

describe('import of stored values', () => {
  it('reports them, writes no version, and ends with 0', async () => {
    const { project, run, versions } = await newImportProject('A=canary-1\nB=canary-2\n')
    await server.set(project, { A: 'canary-1' })
    const { code, stdout, stderr } = await run(['--yes'])
    expect([code, stdout]).toEqual([0, ''])
    expect(stderr).toContain('.env:1: A: same as version 1: Ada Lovelace set it just now.\n')
    expect(stderr).toContain('1 to add, 1 the same.\n1 secret written.')
    expect(stderr).not.toContain('canary')
    expect(await run([])).toMatchObject({ code: 64 })
    const again = await run([], { answer: true })
    expect([again.code, again.asked]).toEqual([0, []])
    expect(again.stderr).toContain('2 the same.\n')
    expect(await versions()).toEqual({ A: 1, B: 1 })
  })

  it('distinguishes them from other values, with and without --replace', async () => {
    const { project, run, versions, values } = await newImportProject('A=1\nB=2\nC=3\n')
    await server.set(project, { A: '1', B: 'other' })
    const kept = await run(['--dry-run'])
    expect(kept.code).toBe(1)
    expect(kept.stderr).toContain('1 to add, 1 the same, 1 to keep as they are.\n')
    expect(await versions()).toEqual({ A: 1, B: 1 })
    expect((await run(['--yes', '--replace'])).code).toBe(0)
    expect([await versions(), await values()]).toEqual([
      { A: 1, B: 2, C: 1 },
      { A: '1', B: '2', C: '3' },
    ])
  })

  it('includes them in the JSON, and gets the plans of others by the same request', async () => {
    const { project, env, run } = await newImportProject('A=1\nB=2\nC=3\n')
    await server.set(project, { A: '1', B: 'other' })
    const asked: string[] = []
    const address = await startProxy(server.address, (method, path) => {
      if (path.includes('dryRun')) asked.push(`${method} ${path.replace(/.*\/(\w)\?.*/, '$1')}`)
      return 'on'
    })
    const here = { env: { ...env, PAPERSPACE_CONFIG_HOST: address } }
    const { rows } = JSON.parse((await run(['--replace', '--yes', '--json'], here)).stdout)
    expect(rows).toMatchObject([
      { name: 'A', action: 'same', same: true, existing: { version: 1 }, outcome: 'untouched' },
      { name: 'B', action: 'replace', same: false, plan: { change: 'edit' }, outcome: 'written' },
      { name: 'C', action: 'add', plan: { change: 'set' }, outcome: 'written' },
    ])
    expect(asked.toSorted()).toEqual(['PUT A', 'PUT B', 'PUT C'])
    expect(rows[0]).not.toHaveProperty('plan')
    expect(rows[1].plan).not.toHaveProperty('same')
  })

  it('records each comparison in the audit trail', async () => {
    const { project, run } = await newImportProject('A=1\nB=2\n')
    await server.set(project, { A: '1', B: 'other' })
    await run(['--dry-run'])
    const { json } = await server.request<Page<AuditRecord>>('GET', '/v1/audit?action=secret.compare&limit=2')
    expect(json.items.map(({ name, scope, detail }) => [name, scope?.id, detail]).toSorted()).toEqual([
      ['A', project.id, 'version 1: the same'],
      ['B', project.id, 'version 1: another value'],
    ])
  })

  it('writes values that the server no longer compares, with a note and without a version, and keeps them without --replace', async () => {
    const { project, run, versions } = await newImportProject('A=same\n')
    await server.set(project, { A: 'same' })
    const path = `/v1/projects/${project.id}/secrets/A?dryRun=true`
    for (let at = 0; at < 20; at++) await server.request('PUT', path, { value: `guess ${at}` })
    expect((await run(['--dry-run'])).code).toBe(1)
    const { code, stdout, stderr } = await run(['--yes', '--replace', '--json'])
    expect(code).toBe(0)
    expect(stderr).toContain('1 to replace.\nThe server compares no more for an hour after too many other values')
    expect(stderr).toContain("Unchanged project secret 'A': it has this value already\n0 secrets written.")
    expect(JSON.parse(stdout).rows).toMatchObject([{ action: 'replace', same: null, outcome: 'unchanged' }])
    expect((await run(['--dry-run'])).stderr).toContain('Whether the value is the same was not compared.')
    expect(await versions()).toEqual({ A: 1 })
  })

  it('stops after the first failed request', async () => {
    const names = Array.from({ length: 60 }, (_, at) => `N${at}`)
    const { project, env, run, versions } = await newImportProject(names.map((name) => `${name}=x\n`).join(''))
    await server.set(project, Object.fromEntries(names.map((name) => [name, 'x'])))
    let asked = 0
    const address = await startProxy(server.address, (_method, path) => {
      return path.includes('dryRun') && ++asked === 10 ? 'answer lost' : 'on'
    })
    const { code } = await run(['--yes', '--replace'], { env: { ...env, PAPERSPACE_CONFIG_HOST: address } })
    expect(code).toBe(69)
    expect(asked).toBeLessThan(60)
    expect(new Set(Object.values(await versions()))).toEqual(new Set([1]))
  })

  it('refuses a key that may not set secrets, and reveals nothing about values', async () => {
    const { project, run } = await newImportProject('A=canary\n')
    await server.set(project, { A: 'canary' })
    const cluster = await server.scope('cluster', 'gpu')
    const limited = await server.key({ clusterId: cluster.id })
    const { code, stderr, stdout } = await run(['--dry-run'], { env: server.env(limited) })
    expect([code, stdout]).toEqual([77, ''])
    expect(stderr).not.toMatch(/same|canary/)
  })
})
