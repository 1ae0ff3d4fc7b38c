import { benchConsole } from './console.ts'
import { printRows } from './report.ts'
printRows('C', await benchConsole())
