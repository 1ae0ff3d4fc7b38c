import { randomBytes } from 'node:crypto'
import { cpSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Random } from './random.ts'

type DataFolder = { folder: string; other: string; random: Random }

/** A way to damage a data folder. It may return settings for the next start. */
export type Damage = {
  fault: string
  once?: true
  /** Damages only the log: the server must then return a complete earlier state. */
  ofLog?: true
  damage(data: DataFolder): Record<string, string> | undefined
}

const pageSize = 4096
const file = ({ folder }: DataFolder) => join(folder, 'secrets.db')
const log = ({ folder }: DataFolder) => join(folder, 'secrets.db-wal')
const key = ({ folder }: DataFolder) => join(folder, 'master.key')

/** Removes the log: the file is then as it was when it was closed cleanly. */
const withoutLog = (data: DataFolder): void => {
  rmSync(log(data))
  rmSync(join(data.folder, 'secrets.db-shm'), { force: true })
}

const changed = (path: string, change: (content: Buffer) => void): void => {
  const content = readFileSync(path)
  change(content)
  writeFileSync(path, content)
}

const flip = (content: Buffer, random: Random, from = 0): void => {
  for (let count = 1 + random.below(8); count > 0; count--) {
    const at = from + random.below(content.length - from)
    content[at] = (content[at] ?? 0) ^ (1 + random.below(255))
  }
}

const cut = (path: string, random: Random, unit = 1): void => {
  const { length } = readFileSync(path)
  truncateSync(path, random.below(Math.floor(length / unit)) * unit)
}

const also = (before: (data: DataFolder) => void, then: (data: DataFolder) => void) => (data: DataFolder) => {
  before(data)
  then(data)
  return undefined
}
const only = (then: (data: DataFolder) => void) => also(() => undefined, then)

export const damages: readonly Damage[] = [
  {
    fault: 'the database file is truncated anywhere',
    damage: also(withoutLog, (data) => cut(file(data), data.random)),
  },
  {
    fault: 'the database file is truncated between pages',
    damage: also(withoutLog, (data) => cut(file(data), data.random, pageSize)),
  },
  {
    fault: 'the database file is truncated, with a log',
    damage: only((data) => cut(file(data), data.random, pageSize)),
  },
  {
    fault: 'bytes of the database file are changed',
    damage: also(withoutLog, (data) => changed(file(data), (content) => flip(content, data.random))),
  },
  {
    fault: 'bytes of the database file are changed, with a log',
    damage: only((data) => changed(file(data), (content) => flip(content, data.random))),
  },
  {
    fault: 'a page of the database file is empty',
    damage: also(withoutLog, (data) =>
      changed(file(data), (content) => {
        const start = data.random.below(content.length / pageSize) * pageSize
        content.fill(0, start, start + pageSize)
      }),
    ),
  },
  { fault: 'the log is truncated anywhere', ofLog: true, damage: only((data) => cut(log(data), data.random)) },
  {
    fault: 'bytes of the log are changed',
    ofLog: true,
    damage: only((data) => changed(log(data), (content) => flip(content, data.random))),
  },
  { fault: 'the log is missing', once: true, ofLog: true, damage: only(withoutLog) },
  {
    fault: 'the database file is empty, with no log',
    once: true,
    damage: also(withoutLog, (data) => truncateSync(file(data), 0)),
  },
  {
    fault: 'the database file is another installation’s',
    once: true,
    damage: also(withoutLog, (data) => cpSync(join(data.other, 'secrets.db'), file(data))),
  },
  {
    fault: 'the log is another installation’s',
    once: true,
    damage: only((data) => cpSync(join(data.other, 'secrets.db-wal'), log(data))),
  },
  {
    fault: 'the master key is another installation’s',
    once: true,
    damage: only((data) => cpSync(join(data.other, 'master.key'), key(data))),
  },
  {
    fault: 'the master key in the settings is wrong',
    once: true,
    damage: () => ({ MASTER_KEY: randomBytes(32).toString('base64') }),
  },
  { fault: 'the master key is missing', once: true, damage: only((data) => rmSync(key(data))) },
  { fault: 'the master key is truncated', once: true, damage: only((data) => cut(key(data), data.random)) },
]
