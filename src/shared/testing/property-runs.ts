const runs = Number(process.env.PROPERTY_RUNS ?? 1000)

/**
 * Returns how many random cases a property test tries: `PROPERTY_RUNS`, which is 1,000 in `npm test` and 100,000 in
 * `npm run test:long`. A test whose single case costs as much as `cost` cases of a pure function tries that many fewer.
 */
export const propertyRuns = (cost = 1): number => Math.ceil(runs / cost)
