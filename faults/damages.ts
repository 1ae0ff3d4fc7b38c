import { randomBytes } from 'node:crypto'
import { cpSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Random } from './random.ts'

type Place = { folder: string; other: string; random: Random }

/** One way to spoil a data folder; it may return settings for the start after it. */
export type Damage = {
  fault: string
  once?: true
  /** Of the log only: what is served then has to be all that there was at some moment. */
  ofLog?: true
  damage(place: Place): Record<string, string> | undefined
}

const pageSize = 4096
const file = ({ folder }: Place) => join(folder, 'secrets.db')
const log = ({ folder }: Place) => join(folder, 'secrets.db-wal')
const key = ({ folder }: Place) => join(folder, 'master.key')

/** Without its log, a file is what it was when it was closed in order. */
const withoutLog = (place: Place): void => {
  rmSync(log(place))
  rmSync(join(place.folder, 'secrets.db-shm'), { force: true })
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

const also = (before: (place: Place) => void, then: (place: Place) => void) => (place: Place) => {
  before(place)
  then(place)
  return undefined
}
const only = (then: (place: Place) => void) => also(() => undefined, then)

export const damages: readonly Damage[] = [
  { fault: 'the database file is cut anywhere', damage: also(withoutLog, (place) => cut(file(place), place.random)) },
  {
    fault: 'the database file is cut between pages',
    damage: also(withoutLog, (place) => cut(file(place), place.random, pageSize)),
  },
  {
    fault: 'the database file is cut, beside a log',
    damage: only((place) => cut(file(place), place.random, pageSize)),
  },
  {
    fault: 'bytes of the database file are others',
    damage: also(withoutLog, (place) => changed(file(place), (content) => flip(content, place.random))),
  },
  {
    fault: 'bytes of the database file are others, beside a log',
    damage: only((place) => changed(file(place), (content) => flip(content, place.random))),
  },
  {
    fault: 'a page of the database file is empty',
    damage: also(withoutLog, (place) =>
      changed(file(place), (content) => {
        const start = place.random.below(content.length / pageSize) * pageSize
        content.fill(0, start, start + pageSize)
      }),
    ),
  },
  { fault: 'the log is cut anywhere', ofLog: true, damage: only((place) => cut(log(place), place.random)) },
  {
    fault: 'bytes of the log are others',
    ofLog: true,
    damage: only((place) => changed(log(place), (content) => flip(content, place.random))),
  },
  { fault: 'the log is gone', once: true, ofLog: true, damage: only(withoutLog) },
  {
    fault: 'the database file is empty, with no log',
    once: true,
    damage: also(withoutLog, (place) => truncateSync(file(place), 0)),
  },
  {
    fault: 'the database file is another installation’s',
    once: true,
    damage: also(withoutLog, (place) => cpSync(join(place.other, 'secrets.db'), file(place))),
  },
  {
    fault: 'the log is another installation’s',
    once: true,
    damage: only((place) => cpSync(join(place.other, 'secrets.db-wal'), log(place))),
  },
  {
    fault: 'the master key is another installation’s',
    once: true,
    damage: only((place) => cpSync(join(place.other, 'master.key'), key(place))),
  },
  {
    fault: 'the master key of the settings is a wrong one',
    once: true,
    damage: () => ({ MASTER_KEY: randomBytes(32).toString('base64') }),
  },
  { fault: 'the master key is gone', once: true, damage: only((place) => rmSync(key(place))) },
  { fault: 'the master key is cut', once: true, damage: only((place) => cut(key(place), place.random)) },
]
