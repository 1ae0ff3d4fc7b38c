import { loadFully, type Measured } from './full-load.ts'
import { type Operation, operations, type requestLoops } from './loads.ts'
import type { Nodes } from './nodes.ts'
import type { Plan } from './plan.ts'

export type Kind = 'sqlite' | 'postgres'

/** One figure of the table: an operation on a number of nodes. Processor time is in microseconds per request. */
export type Cell = Measured & {
  kind: Kind
  nodes: number
  size: number
  operation: Operation
  connections: number
  nodeTime: number
  databaseTime: number | undefined
  /** Memory of the largest node, in bytes. */
  memory: number
}

export type Served = {
  kind: Kind
  nodes: Nodes
  sent: ReturnType<typeof requestLoops>
  /** Seconds of processor time that the database's own processes have used; an embedded one has none. */
  databaseSeconds?(): number
}

/** Loads the first `nodes` nodes with one kind of request. */
export const measureCell = async (
  { kind, nodes, sent, databaseSeconds }: Served,
  about: { count: number; size: number; operation: Operation; connections: number },
  { round, warmUp }: Pick<Plan, 'round' | 'warmUp'>,
): Promise<Cell> => {
  const { count, size, operation, connections } = about
  const addresses = nodes.addresses.slice(0, count)
  const used = () => ({ nodes: nodes.processorSeconds(), database: databaseSeconds?.() ?? 0 })
  let before = used()
  const atBegin = () => {
    before = used()
  }
  const measured = await loadFully(addresses, sent[operation], { connections, seconds: round, warmUp, atBegin })
  const after = used()
  const each = (seconds: number) => (seconds * 1_000_000) / measured.requests
  return {
    ...measured,
    kind,
    nodes: count,
    size,
    operation,
    connections,
    nodeTime: each(after.nodes - before.nodes),
    databaseTime: databaseSeconds ? each(after.database - before.database) : undefined,
    memory: nodes.memory(),
  }
}

/** Measures every cell for one number of secrets. A single connection reaches one node only, however many there are. */
export const measureSize = async (served: Served, size: number, plan: Plan, log: (text: string) => void) => {
  const cells: Cell[] = []
  const counts = plan.nodes.filter((count) => count <= served.nodes.addresses.length)
  for (const count of counts) {
    for (const operation of operations) {
      for (const connections of plan.connections) {
        if (connections < count) continue
        const cell = await measureCell(served, { count, size, operation, connections }, plan)
        log(
          `${served.kind}, ${count} nodes, ${size} secrets, ${operation} × ${connections}: ${Math.round(cell.rate)}/s`,
        )
        cells.push(cell)
      }
    }
  }
  return cells
}
