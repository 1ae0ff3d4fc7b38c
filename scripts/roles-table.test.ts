import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { rolesFile, withTable } from './roles-table.ts'

it('docs/roles.md has the table of roles that the code goes by', () => {
  const text = readFileSync(rolesFile, 'utf8')
  expect(text, 'Run “node scripts/roles-table.ts”.').toBe(withTable(text))
})
