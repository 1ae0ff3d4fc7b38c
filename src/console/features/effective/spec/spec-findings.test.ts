import { expect, it } from 'vitest'
import { readSpec, variablesOf } from '#shared/spec/parse-spec.ts'
import { explanationFromMatrix, readMatrix } from '#shared/workload/matrix-reader.ts'
import { findingsSummary, isMissing, specFindings } from './spec-findings.ts'

const matrix = readMatrix({
  names: ['API_KEY', 'HF_TOKEN'],
  scopes: [
    { kind: 'team', id: 'te1', name: 'Next', secrets: [0, 1, 1, 4] },
    { kind: 'project', id: 'pr1', name: 'web', secrets: [1, 2] },
  ],
})
const text = `
defaults:
  env:
    TOKEN: secret:HF_TOKEN
    REGION: a text that is nobody's business
jobs:
  train:
    env:
      KEY: SECRET:API_KEY
      GONE: secret:GONE
      ONCE: secret:ephemeral:abc
`
const { variables } = variablesOf(readSpec(text))
const findings = specFindings(variables, (name) => explanationFromMatrix(matrix, name, { projectId: 'pr1' }))

it('lists by line which variables come from secrets, are literal or are missing', () => {
  const told = findings.map((finding) => [
    finding.line,
    finding.variable,
    finding.kind === 'secret' ? (finding.explanation.winner?.name ?? 'missing') : finding.kind,
  ])
  expect(told).toEqual([
    [4, 'TOKEN', 'web'],
    [5, 'REGION', 'literal'],
    [9, 'KEY', 'Next'],
    [10, 'GONE', 'missing'],
    [11, 'ONCE', 'ephemeral'],
  ])
  expect(findings.filter(isMissing).map(({ variable }) => variable)).toEqual(['GONE'])
})

it('does not contain the text of a literal', () => {
  expect(JSON.stringify(findings)).not.toContain('business')
})

it('summarizes the findings in words', () => {
  expect(findingsSummary(findings)).toBe('5 variables: 2 from secrets, 1 from ephemeral secrets, 1 literal, 1 missing.')
  expect(findingsSummary(findings.slice(0, 1))).toBe('1 variable: 1 from secrets.')
  expect(findingsSummary([])).toBe('0 variables.')
})
