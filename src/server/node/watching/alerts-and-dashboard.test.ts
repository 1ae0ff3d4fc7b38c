import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import * as z from 'zod'
import { matchesLabel, parseReferences, type Selector } from '#server/testing/fakes/promql.ts'
import { type Series, scrape } from '#server/testing/fakes/scrape-metrics.ts'
import { sendTraffic } from '#server/testing/processes/send-traffic.ts'
import { newTemporaryFolder } from '#server/testing/processes/temporary-folder.ts'
import { startTestServer } from '#server/testing/processes/test-server.ts'

const ops = join(import.meta.dirname, '../../../../ops')

const rule = z.strictObject({
  alert: z.string().regex(/^GradientSecrets[A-Z]\w+$/),
  expr: z.string(),
  for: z
    .string()
    .regex(/^\d+[mh]$/)
    .optional(),
  labels: z.strictObject({ severity: z.enum(['page', 'warn', 'info']) }),
  annotations: z.strictObject({ summary: z.string(), description: z.string() }),
})
const rules = z
  .strictObject({ groups: z.array(z.strictObject({ name: z.string(), rules: z.array(rule) })) })
  .parse(parse(readFileSync(join(ops, 'prometheus-alerts.yml'), 'utf8')))
  .groups.flatMap((group) => group.rules)

const target = z.object({ expr: z.string() })
const panel = z.object({
  id: z.number(),
  title: z.string(),
  gridPos: z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }),
  targets: z.array(target).min(1),
})
const dashboard = z
  .object({
    title: z.string(),
    panels: z.array(panel).min(10),
    templating: z.object({
      list: z.array(z.object({ query: z.union([z.string(), z.object({ query: z.string() })]) })),
    }),
  })
  .parse(JSON.parse(readFileSync(join(ops, 'grafana-dashboard.json'), 'utf8')))

const variables = dashboard.templating.list.flatMap(({ query }) =>
  typeof query === 'string' ? [] : [['the choice of nodes', query.query] as const],
)
const expressions: (readonly [string, string])[] = [
  ...rules.map(({ alert, expr }) => [`the rule ${alert}`, expr] as const),
  ...dashboard.panels.flatMap(({ title, targets }) => targets.map(({ expr }) => [`the panel ${title}`, expr] as const)),
]

/** The labels that Prometheus adds to each scrape. */
const added: Record<string, string> = { job: 'gradient-secrets', instance: '127.0.0.1:9464' }
let series: Series[] = []

beforeAll(async () => {
  const folder = newTemporaryFolder()
  const server = await startTestServer({ METRICS_PORT: '0', DATA_DIR: folder })
  await sendTraffic(server.request)
  // Causes an error, for the alert rules about errors.
  const file = new DatabaseSync(join(folder, 'secrets.db'), { timeout: 5000 })
  file.exec('alter table cli_login rename to gone')
  const asked = { device: 'ada@laptop', challenge: '0'.repeat(64) }
  expect((await server.request('POST', '/v1/cli-logins', asked)).status).toBe(500)
  file.exec('alter table gone rename to cli_login')
  file.close()
  const scraped = await scrape(server.metricsAddress)
  series = [{ name: 'up', labels: {}, value: 1 }, ...scraped.series].map((each) => ({
    ...each,
    labels: { ...each.labels, ...added },
  }))
})

const found = ({ metric, matchers }: Selector): Series[] =>
  series.filter(
    ({ name, labels }) =>
      name === metric && matchers.every((matcher) => matchesLabel(matcher, labels[matcher.label] ?? '')),
  )

describe.each(expressions)('%s', (_, expression) => {
  const plain = expression.replaceAll('$__rate_interval', '5m').replaceAll('$instance', '.*')
  const { selectors, grouping, unknown } = parseReferences(plain)

  it('uses only metrics that a real scrape has', () => {
    expect(unknown).toEqual([])
    expect(selectors.length).toBeGreaterThan(0)
    for (const selector of selectors) expect([selector, found(selector).length > 0]).toEqual([selector, true])
  })

  it('uses only labels that its metrics have', () => {
    for (const { metric, matchers } of selectors) {
      const known = series.find(({ name }) => name === metric)?.labels ?? {}
      for (const { label } of matchers) expect(Object.keys(known)).toContain(label)
      for (const label of grouping) expect(Object.keys(known)).toContain(label)
    }
  })
})

describe('the alert rules and the dashboard', () => {
  it('select nodes by an existing metric', () => {
    expect(variables).toHaveLength(1)
    for (const [, query] of variables)
      expect(series.some(({ name }) => query.includes(`(${name}, instance)`))).toBe(true)
  })

  it('have unique names and say what to do', () => {
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length)
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length)
    for (const { annotations } of rules) expect(annotations.description).toMatch(/[.?]|admin -- /)
  })

  it('cover every metric of the product', () => {
    const looked = new Set(
      expressions.flatMap(([, expression]) => parseReferences(expression).selectors.map(({ metric }) => metric)),
    )
    const ours = series.map(({ name }) => name).filter((name) => name.startsWith('gradient_'))
    const families = new Set(ours.map((name) => name.replace(/_(bucket|sum|count)$/, '')))
    const seen = new Set([...looked].map((name) => name.replace(/_(bucket|sum|count)$/, '')))
    const only = ['gradient_data_key_newest_age_days', 'gradient_database_migration_info']
    expect([...families].filter((name) => !seen.has(name))).toEqual(only)
  })
})
