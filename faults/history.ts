/** A client's request about one name, and its answer. Times are in milliseconds of one clock. */
export type Event = {
  name: string
  invoked: number
  /** Infinity for a change without an answer: it may take effect at any later time, or never. */
  returned: number
  /** Identifies the client for people who read a history. */
  client: string
  /** The request ID in the audit trail; empty without an answer. */
  requestId: string
  act: Act
}

/** How a change is refused because of the stored state. */
type Refused = 'exists' | 'missing' | 'changed'

export type Act =
  | {
      kind: 'write'
      value: string
      /** The expected state: `any` is a PUT, `absent` a POST, `present` a PATCH. */
      expect: 'any' | 'absent' | 'present'
      /** The value of `If-Match`. */
      ifMatch?: string
      /** The value of `If-None-Match: *`. */
      ifNoneMatch?: true
      outcome: Stored | Refused | 'unknown'
    }
  | { kind: 'delete'; ifMatch?: string; outcome: 'deleted' | Refused | 'unknown' }
  /** A resolve: the value and its version. */
  | { kind: 'resolve'; outcome: { value: string; version: number } | 'missing' }
  /** Metadata, requested alone or as a row of a list. */
  | { kind: 'look'; outcome: { etag: string; version: number } | 'missing' }

/** An acknowledged change. */
export type Stored = { etag: string; version: number; created: boolean }

export const isChange = ({ act }: Event): boolean => act.kind === 'write' || act.kind === 'delete'

/** Whether the event is an acknowledged change. */
export const isDone = ({ act }: Event): boolean =>
  (act.kind === 'write' && typeof act.outcome === 'object') || (act.kind === 'delete' && act.outcome === 'deleted')

export const isUnknown = ({ act }: Event): boolean => act.outcome === 'unknown'

/** Formats an event as one line. The harness generates the values of these histories, and they protect nothing. */
export const eventLine = ({ client, name, invoked, returned, act }: Event): string => {
  const { kind, outcome, ...asked } = act
  const time = (at: number) => (at === Number.POSITIVE_INFINITY ? '…' : at.toFixed(2))
  // The first characters of a value identify it.
  const short = (_: string, content: unknown) => (typeof content === 'string' ? content.slice(0, 24) : content)
  const shown = (content: unknown) => (typeof content === 'string' ? content : JSON.stringify(content, short))
  return `${time(invoked)}–${time(returned)} ${client} ${kind} ${name} ${shown(asked)} → ${shown(outcome)}`
}
