import { describe, expect, it } from 'vitest'
import { startCliServer } from '#cli/testing/cli-server.ts'
import { importProjects } from '#cli/testing/import-project.ts'
import { startProxy } from '#cli/testing/test-proxy.ts'

const server = await startCliServer()
const newImportProject = await importProjects(server)

describe('import of stored values', () => {
  it('compares a thousand names, and none of more', async () => {
    const names = Array.from({ length: 1001 }, (_, at) => `N${at}`)
    const content = (some: readonly string[]) => some.map((name) => `${name}=${name}\n`).join('')
    const many = await newImportProject(content(names))
    let asked = 0
    const address = await startProxy(server.address, (_method, path) => {
      if (path.includes('dryRun')) asked++
      return 'on'
    })
    const here = { env: { ...many.env, PAPERSPACE_CONFIG_HOST: address } }
    expect((await many.run(['--yes'])).code).toBe(0)
    const { code, stderr } = await many.run(['--dry-run'], here)
    expect([code, asked]).toEqual([1, 0])
    expect(stderr).toContain('Whether values are the same was not compared: more than 1,000 names are there.')
    await server.request('DELETE', `/v1/projects/${many.project.id}/secrets/N7`)
    const fewer = await many.run(['--dry-run'], here)
    expect([fewer.code, asked]).toEqual([0, 1001])
    expect(fewer.stderr).toContain('1 to add, 1,000 the same.')
  }, 120_000)
})
