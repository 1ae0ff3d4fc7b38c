import { describe, expect, it } from 'vitest'
import {
  keyAccesses,
  keyMay,
  notAllowed,
  onlyKeysMay,
  onlyThoseMay,
  type Permission,
  permissions,
  roleMay,
  roles,
  takesKey,
} from './role.ts'

/** The expected table: o(wner), a(dmin), m(ember), v(iewer), and the access that a key needs. */
const table: Record<Permission, string> = {
  seeNames: 'oamv manage',
  setProjectSecrets: 'oam manage',
  setSharedSecrets: 'oa manage',
  changeScopes: 'oa manage',
  runWorkloads: 'oam run',
  makeKeys: 'oam manage',
  allowLogins: 'oam',
  manageKeys: 'oa manage',
  seeMembers: 'oamv',
  manageMembers: 'oa',
  manageOwners: 'o',
  chooseProjectAccess: 'oa',
  seeAllProjects: 'oa manage',
  seeAudit: 'oav manage',
  exportAudit: 'oa manage',
  changeTeam: 'o',
  deleteTeam: 'o',
}

describe('the table of roles', () => {
  it.each(Object.entries(table) as [Permission, string][])(
    'has the expected row for %s: %s',
    (permission, expected) => {
      const who = roles.filter((role) => roleMay(role, permission)).map(([letter]) => letter)
      const keys = keyAccesses.filter((access) => keyMay([access], permission))
      expect([who.join(''), ...keys].join(' ')).toBe(expected)
    },
  )

  it('allows only keys to run workloads', () => {
    expect((Object.keys(table) as Permission[]).filter(takesKey)).toEqual(['runWorkloads'])
    expect(onlyKeysMay('runWorkloads')).toMatchObject({
      code: 'FORBIDDEN',
      message: 'Only API keys made for it may run workloads, which get values. Send one.',
    })
  })

  it('has no other permission', () => {
    expect(Object.keys(permissions)).toEqual(Object.keys(table))
  })

  it('gives a key with both accesses the union, and one with none nothing', () => {
    for (const permission of Object.keys(table) as Permission[]) {
      expect(keyMay(keyAccesses, permission)).toBe('key' in permissions[permission])
      expect(keyMay([], permission)).toBe(false)
    }
  })
})

describe('a refusal', () => {
  it('names the permitted roles', () => {
    expect(onlyThoseMay('manageOwners')).toBe('Only owners may make, change and remove owners.')
    expect(onlyThoseMay('changeScopes')).toBe(
      'Only owners and admins may create, change and delete projects and clusters.',
    )
    expect(onlyThoseMay('seeAudit')).toBe('Only owners, admins and viewers may read the audit trail.')
  })

  it('says whom to ask', () => {
    expect(notAllowed('manageOwners')).toMatchObject({
      code: 'FORBIDDEN',
      message: 'Only owners may make, change and remove owners. Ask one of them.',
    })
  })
})
