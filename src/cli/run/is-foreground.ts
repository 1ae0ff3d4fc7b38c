import { readFileSync } from 'node:fs'

/**
 * Whether this process may take its terminal over: another one than the foreground's would be stopped for that.
 * Where the system does not tell, it is thought to be in the foreground.
 */
export const isInForeground = (): boolean => {
  try {
    // After the name, which may contain anything: state, parent, group, session, terminal, foreground group.
    const stat = readFileSync('/proc/self/stat', 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[2] === fields[5]
  } catch {
    return true
  }
}
