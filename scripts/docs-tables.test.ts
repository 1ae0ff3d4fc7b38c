import { expect, it } from 'vitest'
import { docsTables } from './docs-tables.ts'

it.each(docsTables)('$file contains the table generated from the code', (table) => {
  expect(table.read(), 'Run “node scripts/docs-tables.ts”.').toBe(table.withNewTable())
})
