import { describe, expect, it } from 'vitest'
import { newId } from '#server/crypto/make-id.ts'
import type { Store } from '#server/store/open-store.ts'
import type { AuditContext } from '#server/store/trail/audit-event.ts'
import { collectExport, verifyExport } from '#server/testing/verify-export-file.ts'
import type { Scope } from '#shared/scope.ts'
import { given, type Opened, teamMaker } from './contract-team.ts'

const at = 1_800_000_000_000

/** Tests the audit trail. */
export const auditContract = (label: string, open: () => Promise<Opened>): void => {
  describe(`${label} audit trail`, () => {
    const makeTeam = teamMaker(open)

    const newTeam = async () => {
      const { store, teamId, owner } = await makeTeam()
      const { id: keyId } = await store.dataKey(teamId)
      const context: AuditContext = { by: owner, at, from: '192.0.2.7', requestId: 'a request' }
      const team: Scope = { kind: 'team', id: teamId }
      const set = (name: string) =>
        store.writeSecret(teamId, team, {
          ...context,
          name,
          expect: 'any',
          ...given(keyId),
        })
      const trail = async () => (await store.listAudit(teamId, {})).items
      return { store, teamId, team, owner, context, set, trail }
    }

    const verified = async (store: Store, teamId: string) =>
      verifyExport(await collectExport(store.auditLines(teamId)), store.auditPublicKey())

    it('records who did what to which name, where, when and from where', async () => {
      const { teamId, owner, set, trail } = await newTeam()
      await set('API_KEY')
      expect(await trail()).toEqual([
        {
          seq: 1,
          team: teamId,
          at: new Date(at).toISOString(),
          by: owner,
          key: null,
          action: 'secret.set',
          scope: { kind: 'team', id: teamId, name: expect.any(String) },
          name: 'API_KEY',
          detail: null,
          from: '192.0.2.7',
          requestId: 'a request',
          previous: '',
          hash: expect.stringMatching(/^[0-9a-f]{64}$/),
        },
      ])
    })

    it('distinguishes a set from an edit, and names the API key of a request', async () => {
      const { store, teamId, team, set, context, trail } = await newTeam()
      await set('A')
      await set('A')
      await store.deleteSecret(teamId, team, 'A', { ...context, key: { id: 'ak1', name: 'ci' } })
      const records = await trail()
      expect(records.map(({ action }) => action)).toEqual(['secret.delete', 'secret.edit', 'secret.set'])
      expect(records[0]?.key).toEqual({ id: 'ak1', name: 'ci' })
    })

    it('has no record of a change that failed', async () => {
      const { store, teamId, team, context, set, trail } = await newTeam()
      await set('A')
      await store.deleteSecret(teamId, team, 'NONE', context).catch(() => undefined)
      await store.changeScope(teamId, { kind: 'project', id: 'none' }, { name: 'x' }, context).catch(() => undefined)
      const unsealed = { ...given(''), seal: () => Promise.reject(new Error('no seal')) }
      const failing = { ...context, name: 'B', expect: 'any', ...unsealed } as const
      await store.writeSecret(teamId, team, failing).catch(() => undefined)
      expect((await trail()).map(({ name }) => name)).toEqual(['A'])
      expect((await set('C')).created).toBe(true)
      expect((await trail())[0]?.seq).toBe(2)
    })

    it('numbers and chains concurrent records, and verifies', async () => {
      const { store, teamId, context, set, trail } = await newTeam()
      const odd = { teamId, context, event: { action: 'session.start', detail: '“\u0000\\” \ud800' } } as const
      const writes = Array.from({ length: 60 }, (_, index) => [
        set(`NAME_${index % 20}`),
        ...(index % 3 === 0 ? [store.recordAll([odd, odd]), store.recordAll([odd])] : []),
      ])
      await Promise.all(writes.flat())
      const records = (await trail()).toReversed()
      expect(records.map(({ seq }) => seq)).toEqual(Array.from({ length: 120 }, (_, index) => index + 1))
      expect(await verified(store, teamId)).toMatchObject({ ok: true, records: 120 })
    })

    it('signs every hundredth record, and the head when it is exported', async () => {
      const { store, teamId, context } = await newTeam()
      for (let count = 0; count < 205; count++) await store.record(teamId, context, { action: 'session.start' })
      const lines = (await collectExport(store.auditLines(teamId))).trimEnd().split('\n')
      const signed = lines
        .filter((line) => line.startsWith('{"checkpoint"'))
        .map((line) => JSON.parse(line).checkpoint.seq)
      expect(signed).toEqual([205, 100, 200, 205])
      expect(await verified(store, teamId)).toMatchObject({ ok: true, records: 205 })
    })

    it('signs the hundredth record when another process has written since this one', async () => {
      const { store, teamId, context } = await newTeam()
      const { store: other } = await open()
      const event = { action: 'session.start' } as const
      for (let count = 0; count < 97; count++) await store.record(teamId, context, event)
      // The 98th is of the other process, and the 99th of this one. The other then takes its next record for the 99th.
      await other.record(teamId, context, event)
      await store.record(teamId, context, event)
      await other.record(teamId, context, event)
      await store.record(teamId, context, event)
      await other.close()
      expect(await verified(store, teamId)).toMatchObject({ ok: true, records: 101 })
    })

    it('exports more records than one read returns', async () => {
      const { store, teamId, context } = await newTeam()
      for (let count = 0; count < 1001; count++) await store.record(teamId, context, { action: 'session.start' })
      expect(await verified(store, teamId)).toMatchObject({ ok: true, records: 1001 })
    })

    it('keeps the trails of teams apart', async () => {
      const [one, other] = [await newTeam(), await newTeam()]
      await one.set('ONE')
      await other.set('OTHER')
      expect((await one.trail()).map(({ seq, name }) => [seq, name])).toEqual([[1, 'ONE']])
      expect(await collectExport(one.store.auditLines(one.teamId))).not.toContain('OTHER')
    })

    it('finds records by person, action, name and time, newest first and page by page', async () => {
      const { store, teamId, context } = await newTeam()
      const lin = { id: newId('us'), name: 'Lin' }
      const event = [
        { by: context.by, at, action: 'secret.set', name: 'API_KEY' },
        { by: lin, at: at + 10, action: 'secret.edit', name: 'api_key_2' },
        { by: null, at: at + 20, action: 'session.refused', name: 'Ada' },
        { by: lin, at: at + 30, action: 'secret.delete', name: '100%' },
      ] as const
      for (const { by, at, action, name } of event) await store.record(teamId, { ...context, by, at }, { action, name })
      const seqs = async (query: Parameters<Store['listAudit']>[1]) => {
        const { items, total } = await store.listAudit(teamId, query)
        expect(total).toBe(items.length)
        return items.map(({ seq }) => seq)
      }
      expect(await seqs({})).toEqual([4, 3, 2, 1])
      expect(await seqs({ person: lin.id })).toEqual([4, 2])
      expect(await seqs({ action: 'session.refused' })).toEqual([3])
      expect(await seqs({ name: 'Api_Key' })).toEqual([2, 1])
      expect(await seqs({ name: '%' })).toEqual([4])
      const iso = (ms: number) => new Date(at + ms).toISOString()
      expect(await seqs({ from: iso(10), to: iso(30) })).toEqual([3, 2])
      const first = await store.listAudit(teamId, { limit: 3 })
      const next = await store.listAudit(teamId, { limit: 3, after: first.nextPage ?? '' })
      expect([first.total, next.items.map(({ seq }) => seq), next.hasMore]).toEqual([4, [1], false])
    })
  })
}
