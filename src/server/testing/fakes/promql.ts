/** A selector in an expression: a metric and its label matchers. */
export type Selector = { metric: string; matchers: { label: string; operator: string; text: string }[] }

/** The metrics, labels and unknown names in a PromQL expression. */
export type References = { selectors: Selector[]; grouping: string[]; unknown: string[] }

const functions = new Set([
  'sum',
  'min',
  'max',
  'count',
  'rate',
  'increase',
  'histogram_quantile',
  'topk',
  'label_values',
])
const words = new Set(['by', 'without', 'and', 'or', 'unless', 'offset', 'bool'])

const token = /"(?:[^"\\]|\\.)*"|\[[^\]]*\]|\d+(?:\.\d+)?(?:ms|[smhdwy])?|[a-zA-Z_:][\w:]*|=~|!~|!=|==|<=|>=|[^\s]/g

/**
 * Parses the references of an expression. Supports only the part of PromQL that the alert rules and the dashboard use;
 * other names are returned as unknown.
 */
export const parseReferences = (expression: string): References => {
  const tokens = expression.match(token) ?? []
  const referred: References = { selectors: [], grouping: [], unknown: [] }
  let at = 0
  const next = () => tokens[at++] ?? ''
  while (at < tokens.length) {
    const found = next()
    if (found === 'by' || found === 'without') {
      while (tokens[at] !== ')' && at < tokens.length) {
        const label = next()
        if (/^\w+$/.test(label)) referred.grouping.push(label)
      }
    } else if (/^[a-zA-Z_:]/.test(found) && !words.has(found)) {
      if (functions.has(found)) continue
      if (tokens[at] === '(') referred.unknown.push(found)
      else referred.selectors.push({ metric: found, matchers: tokens[at] === '{' ? matchersFrom(next) : [] })
    }
  }
  return referred
}

const matchersFrom = (next: () => string): Selector['matchers'] => {
  const matchers: Selector['matchers'] = []
  for (let found = next(); found !== '}' && found !== ''; found = next()) {
    if (!/^\w+$/.test(found)) continue
    matchers.push({ label: found, operator: next(), text: next().slice(1, -1) })
  }
  return matchers
}

/** Returns whether a label's value satisfies a matcher. */
export const matchesLabel = ({ operator, text }: Selector['matchers'][number], label: string): boolean => {
  const whole = new RegExp(`^(?:${text})$`)
  if (operator === '=') return label === text
  if (operator === '!=') return label !== text
  return whole.test(label) === (operator === '=~')
}
