import type { Kysely, Transaction } from 'kysely'
import type { DatabaseKind, Schema } from '#server/store/db/schema.ts'
import { publisher } from '#server/store/db/transactions.ts'
import type { AuditEvent } from '#server/store/trail/audit-event.ts'
import type { AuditAction } from '#shared/audit/audit-record.ts'
import { type Scope, type ScopeKind, scopeKinds } from '#shared/scope.ts'

/**
 * That something was put on record, once it holds. Without an action anything may have changed in the team; without a team,
 * in any.
 */
export type StoreChange = { teamId?: string; action?: AuditAction; scope?: Scope }

export type ChangeListener = (change: StoreChange) => void

/** The channel of PostgreSQL that changes are told on, from node to node. */
export const changeChannel = 'gradient_changes'

/** What hears the messages of a channel of the database, from all processes, and those of this one too. */
export type Listen = (
  channel: string,
  hear: {
    message(text: string): void
    /** From now on no message is missed. Some may have been since the last time that it was so. */
    up(): void
    down(): void
  },
) => { close(): Promise<void> }

/** How changes come from other processes: by messages, or by looking at the trails where the database knows no messages. */
export type ChangeSource = Listen | 'trails'

/** Milliseconds between two looks at the trails, while somebody wants to know and nothing else tells. */
const lookEvery = 1000
/** PostgreSQL takes up to 8,000 bytes. */
const longestMessage = 7000

/** What tells of changes: `message` is what to tell the other processes with the transaction, if anything. */
export type ChangeAnnouncer = {
  message(teamId: string, event: readonly AuditEvent[]): string | undefined
  inProcess(trx: Transaction<Schema>, teamId: string, event: readonly AuditEvent[]): void
}

/** Where the store's users hear of changes. */
export type ChangeFeed = ChangeAnnouncer & {
  /**
   * Calls the listener with each change from now on, whichever process made it, until the function that it returns is
   * called. What workloads get is no change.
   */
  changes(listener: ChangeListener): () => void
  close(): Promise<void>
}

/** Brings changes to those who want to know, once they hold: from this process, and on PostgreSQL from all others. */
export const changeFeed = (db: Kysely<Schema>, kind: DatabaseKind, source: ChangeSource = 'trails'): ChangeFeed => {
  const listeners = new Set<ChangeListener>()
  const tell = (change: StoreChange) => {
    for (const listener of listeners) listener(change)
  }
  const publish = publisher(tell)
  const looking = trailWatch(db, tell, source === 'trails')
  let heard: { close(): Promise<void> } | undefined
  let isUp = false

  const start = () => {
    if (kind === 'sqlite') return
    if (!isUp) looking.start()
    if (source === 'trails' || heard) return
    heard = source(changeChannel, {
      message: (text) => {
        for (const change of changesIn(text)) tell(change)
      },
      up: () => {
        isUp = true
        looking.stop()
        tell({})
      },
      down: () => {
        isUp = false
        if (listeners.size > 0) looking.start()
      },
    })
  }

  return {
    changes: (listener) => {
      listeners.add(listener)
      if (listeners.size === 1) start()
      return () => {
        listeners.delete(listener)
        if (listeners.size === 0) looking.stop()
      }
    },
    message: (teamId, event) => (kind === 'sqlite' || source === 'trails' ? undefined : messageOf(teamId, event)),
    inProcess: (trx, teamId, event) => {
      if (kind !== 'sqlite' || listeners.size === 0) return
      for (const { action, scope } of worthTelling(teamId, event)) {
        publish(trx, { teamId, action, ...(scope ? { scope } : {}) })
      }
    },
    close: async () => {
      listeners.clear()
      looking.stop()
      await heard?.close()
    },
  }
}

/** What a workload gets changes nothing that is listed, and happens all the time; nobody's trail is in no list. */
const worthTelling = (teamId: string, event: readonly AuditEvent[]): readonly AuditEvent[] =>
  teamId === '' ? [] : event.filter(({ action }) => action !== 'workload.resolve')

type Told = [action: AuditAction, kind?: ScopeKind, id?: string]

const messageOf = (teamId: string, event: readonly AuditEvent[]): string | undefined => {
  const told = worthTelling(teamId, event).map(
    ({ action, scope }): Told => (scope ? [action, scope.kind, scope.id] : [action]),
  )
  if (told.length === 0) return undefined
  const text = JSON.stringify([teamId, ...told])
  return text.length > longestMessage ? JSON.stringify([teamId]) : text
}

/** What a message tells. Another version may tell it in another way: then it is that something may have changed. */
const changesIn = (text: string): StoreChange[] => {
  try {
    const [teamId, ...told]: [string, ...Told[]] = JSON.parse(text)
    if (told.length === 0) return [{ teamId }]
    return told.map(([action, kind, id]) => {
      const scope = kind && id && scopeKinds.includes(kind) ? { kind, id } : undefined
      return { teamId, action, ...(scope ? { scope } : {}) }
    })
  } catch {
    return [{}]
  }
}

/**
 * Looks at how far the trails have come, and tells of the teams where that has changed. `alone` it says with the first look
 * that something may have been missed before it.
 */
const trailWatch = (db: Kysely<Schema>, tell: (change: StoreChange) => void, alone: boolean) => {
  let heads: Map<string, number> | undefined
  let timer: ReturnType<typeof setInterval> | undefined
  let busy = false

  const look = async (): Promise<void> => {
    if (busy) return
    busy = true
    try {
      const rows = await db.selectFrom('audit_head').select(['team_id', 'seq']).where('team_id', '<>', '').execute()
      const before = heads
      heads = new Map(rows.map(({ team_id, seq }) => [team_id, seq]))
      if (timer === undefined) return
      if (!before) {
        if (alone) tell({})
        return
      }
      for (const [teamId, seq] of heads) if (before.get(teamId) !== seq) tell({ teamId })
    } catch {
      // The database is away. What has changed by then is seen once it is back.
    } finally {
      busy = false
    }
  }

  return {
    start: () => {
      if (timer !== undefined) return
      timer = setInterval(() => void look(), lookEvery)
      void look()
    },
    stop: () => {
      clearInterval(timer)
      timer = undefined
      heads = undefined
    },
  }
}
