import { precedenceTable } from './precedence-table.ts'
import { rolesTable } from './roles-table.ts'
import { timesTable } from './times-table.ts'

/** Every table in docs/ that is printed from the code. Run, this prints them all anew. */
export const docsTables = [precedenceTable, rolesTable]

// The times depend on the machine, so that they are written only when asked for.
if (import.meta.main) for (const table of process.argv.includes('--times') ? [timesTable] : docsTables) table.write()
