import { precedenceTable } from './precedence-table.ts'
import { rolesTable } from './roles-table.ts'

/** Every table in docs/ that is printed from the code. Run, this prints them all anew. */
export const docsTables = [precedenceTable, rolesTable]

if (import.meta.main) for (const table of docsTables) table.write()
