/** How much a full run measures. Times are in seconds; the load tool needs whole ones for a round with its warm-up. */
export type Plan = {
  /** So many secrets are in the database, one step after the other. */
  sizes: readonly number[]
  connections: readonly number[]
  nodes: readonly number[]
  /** How long each figure is measured, and how long before that nothing is counted. */
  round: number
  warmUp: number
  /** Rounds that take turns where two things are held against each other; their median counts. */
  rounds: number
  /** How long a steady load goes on that is measured by its percentiles. */
  steady: number
  soak: number
}

const whole: Plan = {
  sizes: [1000, 100_000, 1_000_000],
  connections: [1, 16, 128],
  nodes: [1, 2, 4],
  round: 1.5,
  warmUp: 0.5,
  rounds: 3,
  steady: 6,
  soak: 600,
}

/** Shows in two minutes that all of it works. Its figures say little. */
const small: Plan = {
  ...whole,
  sizes: [1000, 5000, 20_000],
  connections: [1, 16],
  nodes: [1, 2],
  round: 0.7,
  warmUp: 0.3,
  rounds: 1,
  steady: 2,
  soak: 40,
}

export type Options = { plan: Plan; soak: boolean; small: boolean }

/** Reads what stands after `--full`. Throws for what it does not know: half an hour for a mistyped word is too long. */
export const optionsFrom = (given: readonly string[]): Options => {
  const known = ['--full', '--small', '--soak']
  const unknown = given.find((option) => !known.includes(option))
  if (unknown) throw new Error(`“${unknown}” is not known. There is: npm run bench -- --full [--small] [--soak]`)
  const isSmall = given.includes('--small')
  return { plan: isSmall ? small : whole, soak: given.includes('--soak'), small: isSmall }
}
