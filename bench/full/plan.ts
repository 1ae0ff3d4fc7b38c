/** How much a full run measures. Times are in seconds; the load tool needs whole ones for a round with its warm-up. */
export type Plan = {
  /** Numbers of secrets in the database, one step after the other. */
  sizes: readonly number[]
  connections: readonly number[]
  nodes: readonly number[]
  /** How long each figure is measured, and how long the warm-up before it takes. */
  round: number
  warmUp: number
  /** Rounds in which two compared things take turns; the median counts. */
  rounds: number
  /** How long a steady load runs that is measured by its percentiles. */
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

/** Runs through all parts in two minutes. Its figures mean little. */
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

/** Parses the arguments after `--full`. Throws for an unknown one: half an hour is too long for a mistyped word. */
export const optionsFrom = (args: readonly string[]): Options => {
  const known = ['--full', '--small', '--soak']
  const unknown = args.find((option) => !known.includes(option))
  if (unknown) throw new Error(`“${unknown}” is not known. There is: npm run bench -- --full [--small] [--soak]`)
  const isSmall = args.includes('--small')
  return { plan: isSmall ? small : whole, soak: args.includes('--soak'), small: isSmall }
}
