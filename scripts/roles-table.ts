import { type KeyAccess, permissions, type Role, roleMay, roles, takesKey } from '#shared/people/role.ts'
import { docsTable } from './docs-table.ts'

const accessWords: Record<KeyAccess, string> = { manage: '“manage secrets”', run: '“run workloads”' }

/** Lists the roles of each permission: one row per permission. */
export const rolesTable = docsTable('roles.md', () => [
  ['may', ...roles, 'an API key made for'],
  ...Object.entries(permissions).map(([name, rule]) => {
    const permission = name as keyof typeof permissions
    const marks = roles.map((role: Role) => (roleMay(role, permission) ? 'yes' : ''))
    const key = 'key' in rule ? `${takesKey(permission) ? 'only ' : ''}${accessWords[rule.key]}` : ''
    return [rule.words, ...marks, key]
  }),
])
