import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { propertyRuns } from '#shared/testing/property-runs.ts'
import { meaningOf } from '#shared/workload/reference.ts'
import { readSpec, variablesOf } from './parse-spec.ts'

const workflow = `# trains, then tells
defaults:
  resources:
    instance-type: P4000
  env:
    HELLO: secret:hello
    REGION: eu-1

on:
  github:
    branches:
      only: main

jobs:
  train:
    uses: container@v1
    env:
      API_KEY: secret:MY_API_KEY # of the team
      RATE: 1.10
      REGION: us-2
    with:
      image: python:3.12
      command: echo "secret:not-this"
      args:
        - "-c"
  tell:
    needs: [train]
    uses: script@v1
    with:
      script: |-
        export TOKEN=secret:neither_this
`

const deployment = `enabled: true
image: lucone83/streamlit-nginx
port: 8080
env:
  - name: DB_PASSWORD
    value: secret:db_password
  - value: SECRET:OLD
    name: OLD_KEY
  - { name: DEBUG, value: "1" }
command:
  - "/app/run"
resources:
  replicas: 1
  instanceType: C4
  env: [left alone]
`

/** Formats variables as `job name=value@line`, or with the kind and the name of a reference. */
const described = (text: string) =>
  readSpec(text).variables.map(({ job, name, value, line, meaning }) => {
    const what = meaning.kind === 'literal' ? value : Object.values(meaning).join(' ')
    return `${job ? `${job} ` : ''}${name}=${what}@${line}`
  })
const problemsOf = (text: string) => readSpec(text).problems.map(({ line, message }) => `${line}: ${message}`)
const env = (...lines: string[]) => `defaults:\n  env:\n${lines.map((line) => `    ${line}\n`).join('')}`
const list = (...lines: string[]) => `env:\n${lines.map((line) => `  ${line}\n`).join('')}`

describe('a workflow', () => {
  it('has the variables of all jobs and of each, with their lines', () => {
    expect(described(workflow)).toEqual([
      'HELLO=secret hello@6',
      'REGION=eu-1@7',
      'train API_KEY=secret MY_API_KEY@18',
      'train RATE=1.10@19',
      'train REGION=us-2@20',
    ])
    expect(readSpec(workflow).problems).toEqual([])
    expect(readSpec(workflow).jobs).toEqual([
      { name: 'train', line: 15 },
      { name: 'tell', line: 26 },
    ])
  })

  it('gives a job the variables of all jobs, overlaid by its own', () => {
    const spec = readSpec(workflow)
    const values = (job: string) => variablesOf(spec, job).variables.map(({ name, value }) => `${name}=${value}`)
    expect(values('train')).toEqual(['HELLO=secret:hello', 'REGION=us-2', 'API_KEY=secret:MY_API_KEY', 'RATE=1.10'])
    expect(values('tell')).toEqual(['HELLO=secret:hello', 'REGION=eu-1'])
  })

  it('requires a choice between several jobs, and names them', () => {
    const message = 'The file has several jobs: “train”, “tell”. Name one of them.'
    expect(variablesOf(readSpec(workflow))).toEqual({ variables: [], problems: [{ line: 15, message }] })
  })

  it('does not guess for an unknown job', () => {
    const message = 'There is no job “tain”. There are “train”, “tell”.'
    expect(variablesOf(readSpec(workflow), 'tain')).toEqual({ variables: [], problems: [{ line: 15, message }] })
  })

  it('uses its only job by default, and the variables of all jobs when it has none', () => {
    const one = readSpec('defaults: {env: {A: 1, B: 2}}\njobs: {a: {env: {A: 3}}}')
    expect(variablesOf(one).variables.map(({ value }) => value)).toEqual(['3', '2'])
    expect(variablesOf(readSpec(env('A: 1'))).variables.map(({ value }) => value)).toEqual(['1'])
  })

  it('may have an empty “defaults”, “jobs”, job and “env”', () => {
    expect(readSpec('defaults:\njobs:\n')).toEqual({ variables: [], jobs: [], problems: [] })
    expect(problemsOf('defaults: {env: }\njobs:\n  a:\n  b: ~\n  c: {env: null}\n')).toEqual([])
  })
})

describe('a deployment', () => {
  it('has the variables of its list, with name and value in any order', () => {
    expect(described(deployment)).toEqual(['DB_PASSWORD=secret db_password@5', 'OLD_KEY=secret OLD@8', 'DEBUG=1@9'])
    expect(readSpec(deployment).problems).toEqual([])
    expect(variablesOf(readSpec(deployment)).variables).toHaveLength(3)
  })

  it('may have its list under “spec”', () => {
    expect(described('spec:\n  image: a\n  env:\n    - name: A\n      value: secret:b\n')).toEqual(['A=secret b@4'])
  })

  it('has no jobs to choose from', () => {
    expect(variablesOf(readSpec(deployment), 'train').problems).toEqual([
      { line: 1, message: 'There is no job “train”. The file has no jobs; leave the name out.' },
    ])
  })
})

describe('a value', () => {
  it.each([
    ['secret:a', 'secret a'],
    ['SECRET:a', 'secret a'],
    ['"secret:my-key"', 'secret my-key'],
    ['secret:a # a remark', 'secret a'],
    ['secret:ephemeral:x1', 'ephemeral x1'],
    ['>-\n      secret:a', 'secret a'],
    ['Secret:a', 'Secret:a'],
    ['" secret:a"', ' secret:a'],
    ['postgres://u:secret:a@db', 'postgres://u:secret:a@db'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: what people write
    ['${secret:a}', '${secret:a}'],
    ['1.10', '1.10'],
    ['0x1F', '0x1F'],
    ['007', '007'],
    ['1e3', '1e3'],
    ['yes', 'yes'],
    ['True', 'True'],
    ['2001-01-01', '2001-01-01'],
    ['', ''],
    ['~', ''],
    ['null', ''],
    ['"null"', 'null'],
    ['!!str null', 'null'],
    ['!!int 010', '010'],
    ['a=b', 'a=b'],
    ['"line\\nbreak \\"quoted\\""', 'line\nbreak "quoted"'],
    ['"\\ud83d\\ude00"', '😀'],
  ])('written as %j is %j', (written, meant) => {
    expect(described(env(`A: ${written}`))).toEqual([`A=${meant}@3`])
    expect(described(list('- name: A', `  value: ${written}`))).toEqual([`A=${meant}@2`])
    expect(problemsOf(env(`A: ${written}`))).toEqual([])
  })

  it('may be a block of lines, and later lines stay correct', () => {
    expect(described(env('PEM: |', '  -----BEGIN', '  -----END', 'B: 1'))).toEqual([
      'PEM=-----BEGIN\n-----END\n@3',
      'B=1@6',
    ])
  })

  it('has the correct line with a byte order mark and with CRLF', () => {
    expect(described(`\ufeff${env('A: 1', 'B: 2')}`.replaceAll('\n', '\r\n'))).toEqual(['A=1@3', 'B=2@4'])
  })
})

describe('anchors and merges', () => {
  it('provide values, maps and whole jobs, and own keys override them', () => {
    const text = `x: &base {A: secret:a, B: &b secret:b}
y: &more {B: 2, C: 3}
jobs:
  one: &one
    env: {<<: [*base, *more], A: own, D: *b}
  two: *one
  three:
    <<: *one
`
    const variables = ['A=own@5', 'D=secret b@5', 'B=secret b@1', 'C=3@2']
    expect(described(text)).toEqual(['one', 'two', 'three'].flatMap((job) => variables.map((each) => `${job} ${each}`)))
    expect(problemsOf(text)).toEqual([])
  })

  it('refer to the last anchor of a name before them', () => {
    expect(described(env('A: &x 1', 'B: *x', 'C: &x 2', 'D: *x'))).toEqual(['A=1@3', 'B=1@4', 'C=2@5', 'D=2@6'])
  })

  it('merge only where “<<” is written without quotes', () => {
    expect(problemsOf(env('"<<": a'))[0]).toMatch(/^3: “<<” is no name for an environment variable/)
  })
})

describe('any file', () => {
  const anyValue = fc.oneof(
    fc.string(),
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom(
      'secret:a',
      'SECRET:b',
      'x secret:a',
      'secret:ephemeral:1',
      'null',
      '~',
      '1.10',
      '<<',
      '*a',
      '- b',
      '#',
      '',
    ),
  )
  const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,5}$/)
  const usable = anyValue.filter((text) => !text.includes('\0') && text.isWellFormed())
  const variables = fc.dictionary(name, usable, { maxKeys: 6 })
  // As a key in YAML, `<<` merges a map.
  const jobName = fc.string().filter((text) => text !== '__proto__' && text !== '<<')
  const forms = [
    (spec: unknown) => JSON.stringify(spec, null, 2),
    (spec: unknown) => JSON.stringify(spec),
    (spec: unknown) => stringify(spec),
  ]
  const pairs = (values: Record<string, string>) => Object.entries(values).toSorted()
  const found = (text: string, job: string | null) =>
    readSpec(text)
      .variables.filter((variable) => variable.job === job)
      .map(({ name: variable, value }) => [variable, value])
      .toSorted()

  it('of a workflow yields exactly its variables', () => {
    fc.assert(
      fc.property(
        variables,
        fc.dictionary(jobName, variables, { maxKeys: 4 }),
        fc.jsonValue({ maxDepth: 3 }),
        fc.constantFrom(...forms),
        (defaults, byJob, other, write) => {
          const jobs = Object.fromEntries(Object.entries(byJob).map(([job, own]) => [job, { with: other, env: own }]))
          const text = write({ other, defaults: { env: defaults, other }, jobs })
          expect(found(text, null)).toEqual(pairs(defaults))
          for (const [job, own] of Object.entries(byJob)) {
            expect(found(text, job)).toEqual(pairs(own))
            const all = variablesOf(readSpec(text), job).variables
            expect(all.map((each) => [each.name, each.value]).toSorted()).toEqual(pairs({ ...defaults, ...own }))
            expect(
              all.every(({ value, meaning }) => JSON.stringify(meaning) === JSON.stringify(meaningOf(value))),
            ).toBe(true)
          }
        },
      ),
      { numRuns: propertyRuns(10) },
    )
  })

  it('of a deployment yields exactly its variables', () => {
    fc.assert(
      fc.property(variables, fc.jsonValue({ maxDepth: 3 }), fc.constantFrom(...forms), (values, resources, write) => {
        const text = write({ resources, env: Object.entries(values).map(([key, value]) => ({ value, name: key })) })
        expect(found(text, null)).toEqual(pairs(values))
      }),
      { numRuns: propertyRuns(10) },
    )
  })

  it('of any content does not throw, and has valid lines', () => {
    const signs = fc.constantFrom(
      ...[
        'defaults',
        'jobs',
        'env',
        'name',
        'value',
        'A',
        'secret:',
        ': ',
        ':',
        '\n',
        '\n  ',
        '\n    ',
        '- ',
        '? ',
        '{',
        '}',
      ],
      ...[
        '[',
        ']',
        ',',
        '&a ',
        '*a',
        '<<',
        '!x ',
        '!!str ',
        '|',
        '>-',
        '"',
        "'",
        '#',
        '\t',
        '---\n',
        '...\n',
        '%YAML 1.1\n',
        '\\',
        '@',
        '\r',
      ],
    )
    const text = fc.oneof(
      fc.array(signs, { maxLength: 40 }).map((all) => all.join('')),
      fc.array(signs, { maxLength: 20 }).map((all) => `defaults:\n  env:\n    ${all.join('')}`),
      fc.array(signs, { maxLength: 20 }).map((all) => `env:\n  - ${all.join('')}`),
      fc.string({ unit: 'binary' }),
    )
    fc.assert(
      fc.property(text, (file) => {
        const { variables: all, problems } = readSpec(file)
        const count = file.split('\n').length
        for (const { line } of [...all, ...problems]) expect(line >= 1 && line <= count).toBe(true)
      }),
      { numRuns: propertyRuns() },
    )
  })
})
