/** What a client asked about one name, and what it was told. Times are those of one clock, in milliseconds. */
export type Event = {
  name: string
  invoked: number
  /** Infinity for a change that nobody answered: it may happen at any time from then on, or never. */
  returned: number
  /** Who asked, for people who read a history. */
  client: string
  /** By which the audit trail knows it; empty for one that was not answered. */
  requestId: string
  act: Act
}

/** How a change is answered that is refused for what is there. */
type Refused = 'exists' | 'missing' | 'changed'

export type Act =
  | {
      kind: 'write'
      value: string
      /** What it asks to find: `any` is a PUT, `absent` a POST, `present` a PATCH. */
      expect: 'any' | 'absent' | 'present'
      /** Of `If-Match`. */
      ifMatch?: string
      /** Of `If-None-Match: *`. */
      ifNoneMatch?: true
      outcome: Stored | Refused | 'unknown'
    }
  | { kind: 'delete'; ifMatch?: string; outcome: 'deleted' | Refused | 'unknown' }
  /** A resolve: the value and its version. */
  | { kind: 'resolve'; outcome: { value: string; version: number } | 'missing' }
  /** The metadata, asked for alone or as a row of a list. */
  | { kind: 'look'; outcome: { etag: string; version: number } | 'missing' }

/** A change that was acknowledged. */
export type Stored = { etag: string; version: number; created: boolean }

export const isChange = ({ act }: Event): boolean => act.kind === 'write' || act.kind === 'delete'

/** Whether something was acknowledged that changed what is stored. */
export const isDone = ({ act }: Event): boolean =>
  (act.kind === 'write' && typeof act.outcome === 'object') || (act.kind === 'delete' && act.outcome === 'deleted')

export const isUnknown = ({ act }: Event): boolean => act.outcome === 'unknown'

/** An event in one line. Values of these histories are made up by the harness, and guard nothing. */
export const eventLine = ({ client, name, invoked, returned, act }: Event): string => {
  const { kind, outcome, ...asked } = act
  const time = (at: number) => (at === Number.POSITIVE_INFINITY ? '…' : at.toFixed(2))
  // The beginning of a value tells it from all others.
  const short = (_: string, content: unknown) => (typeof content === 'string' ? content.slice(0, 24) : content)
  const shown = (content: unknown) => (typeof content === 'string' ? content : JSON.stringify(content, short))
  return `${time(invoked)}–${time(returned)} ${client} ${kind} ${name} ${shown(asked)} → ${shown(outcome)}`
}
