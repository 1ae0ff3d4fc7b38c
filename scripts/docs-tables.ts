import { precedenceTable } from './precedence-table.ts'
import { rolesTable } from './roles-table.ts'
import { steeringTable } from './steering-table.ts'
import { timesTable } from './times-table.ts'

/** All generated tables in docs/. Running this file writes them. */
export const docsTables = [precedenceTable, rolesTable, steeringTable]

// Times depend on the machine, so they are written only on request.
if (import.meta.main) for (const table of process.argv.includes('--times') ? [timesTable] : docsTables) table.write()
