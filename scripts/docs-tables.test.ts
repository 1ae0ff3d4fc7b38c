import { expect, it } from 'vitest'
import { docsTables } from './docs-tables.ts'

it.each(docsTables)('$file has the table that the code goes by', (table) => {
  expect(table.read(), 'Run “node scripts/docs-tables.ts”.').toBe(table.current())
})
