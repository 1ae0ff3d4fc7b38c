import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type KeyAccess, permissions, type Role, roleMay, roles, takesKey } from '#shared/role.ts'

// Prints the table of roles from the code into docs/roles.md, between its two marks. A test holds them together.

export const rolesFile = fileURLToPath(new URL('../docs/roles.md', import.meta.url))

const [start, end] = ['<!-- table -->\n', '<!-- end of table -->\n']

const accessWords: Record<KeyAccess, string> = { manage: '“manage secrets”', run: '“run workloads”' }

/** The table as Markdown: a row for each permission. */
export const rolesTable = (): string => {
  const rows = Object.entries(permissions).map(([name, rule]) => {
    const permission = name as keyof typeof permissions
    const marks = roles.map((role: Role) => (roleMay(role, permission) ? 'yes' : ''))
    const key = 'key' in rule ? `${takesKey(permission) ? 'only ' : ''}${accessWords[rule.key]}` : ''
    return `| ${[rule.words, ...marks, key].join(' | ')} |\n`
  })
  const head = ['may', ...roles, 'an API key made for']
  return `| ${head.join(' | ')} |\n|${head.map(() => '---|').join('')}\n${rows.join('')}`
}

/** The file's text with the table of now in it. */
export const withTable = (text: string): string => {
  const [from, to] = [text.indexOf(start), text.indexOf(end)]
  if (from < 0 || to < from) throw new Error('docs/roles.md has lost the marks around its table. Put them back.')
  return text.slice(0, from + start.length) + rolesTable() + text.slice(to)
}

if (import.meta.main) writeFileSync(rolesFile, withTable(readFileSync(rolesFile, 'utf8')))
