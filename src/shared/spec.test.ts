import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { meaningOf } from './reference.ts'
import { isReservedVariable } from './secret.ts'
import { readSpec, variablesOf } from './spec.ts'

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

/** `job name=value@line`, or the kind of a reference and what it names. */
const told = (text: string) =>
  readSpec(text).variables.map(({ job, name, value, line, meaning }) => {
    const what = meaning.kind === 'literal' ? value : Object.values(meaning).join(' ')
    return `${job ? `${job} ` : ''}${name}=${what}@${line}`
  })
const problemsOf = (text: string) => readSpec(text).problems.map(({ line, message }) => `${line}: ${message}`)
const env = (...lines: string[]) => `defaults:\n  env:\n${lines.map((line) => `    ${line}\n`).join('')}`
const list = (...lines: string[]) => `env:\n${lines.map((line) => `  ${line}\n`).join('')}`

describe('a workflow', () => {
  it('has the variables of all jobs and of each, with their lines', () => {
    expect(told(workflow)).toEqual([
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

  it('asks which job is meant, and names them', () => {
    const message = 'The file has several jobs: “train”, “tell”. Name one of them.'
    expect(variablesOf(readSpec(workflow))).toEqual({ variables: [], problems: [{ line: 15, message }] })
  })

  it('does not guess for an unknown job', () => {
    const message = 'There is no job “tain”. There are “train”, “tell”.'
    expect(variablesOf(readSpec(workflow), 'tain')).toEqual({ variables: [], problems: [{ line: 15, message }] })
  })

  it('means its only job when none is named, and all jobs’ variables when it has none', () => {
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
  it('has the variables of its list, in any order of name and value', () => {
    expect(told(deployment)).toEqual(['DB_PASSWORD=secret db_password@5', 'OLD_KEY=secret OLD@8', 'DEBUG=1@9'])
    expect(readSpec(deployment).problems).toEqual([])
    expect(variablesOf(readSpec(deployment)).variables).toHaveLength(3)
  })

  it('may have its list under “spec”', () => {
    expect(told('spec:\n  image: a\n  env:\n    - name: A\n      value: secret:b\n')).toEqual(['A=secret b@4'])
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
    expect(told(env(`A: ${written}`))).toEqual([`A=${meant}@3`])
    expect(told(list('- name: A', `  value: ${written}`))).toEqual([`A=${meant}@2`])
    expect(problemsOf(env(`A: ${written}`))).toEqual([])
  })

  it('may be a block of lines, and what follows has its own line', () => {
    expect(told(env('PEM: |', '  -----BEGIN', '  -----END', 'B: 1'))).toEqual(['PEM=-----BEGIN\n-----END\n@3', 'B=1@6'])
  })

  it('has its line with a byte order mark and with CRLF too', () => {
    expect(told(`\ufeff${env('A: 1', 'B: 2')}`.replaceAll('\n', '\r\n'))).toEqual(['A=1@3', 'B=2@4'])
  })
})

describe('anchors and merges', () => {
  it('bring in values, maps and whole jobs, and what a map says itself wins', () => {
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
    expect(told(text)).toEqual(['one', 'two', 'three'].flatMap((job) => variables.map((each) => `${job} ${each}`)))
    expect(problemsOf(text)).toEqual([])
  })

  it('mean the last anchor of a name before them', () => {
    expect(told(env('A: &x 1', 'B: *x', 'C: &x 2', 'D: *x'))).toEqual(['A=1@3', 'B=1@4', 'C=2@5', 'D=2@6'])
  })

  it('merge only where “<<” is written without quotes', () => {
    expect(problemsOf(env('"<<": a'))[0]).toMatch(/^3: “<<” is no name for an environment variable/)
  })
})

describe('a problem', () => {
  const rule = 'Letters, digits, “_” and “-”; the first is a letter or “_”; at most 128 characters.'
  const anonymous = 'refers to a secret and does not name it. Write its name after the “:”, without a space.'
  it.each([
    ['an empty reference', env('A: 1', 'B: "secret:"'), `4: “B” ${anonymous}`],
    ['an empty ephemeral reference', env('A: "secret:ephemeral:"'), `3: “A” ${anonymous}`],
    ['an impossible name', env('A: secret:my key'), `3: “A” refers to a secret by a name that none can have. ${rule}`],
    ['a reference that ends in a line break', env('A: |', '  secret:a'), /^3: “A” refers to .* none can have/],
    ['an impossible name on a line of its own', list('- name: A', '  value: secret:1'), /^3: “A” refers to/],
    ['an unquoted empty reference', env('B: secret:'), /^3: The value contains a “:” before a space/],
    ['a space after the prefix', env('B: secret: a'), /^3: .* a reference has no space after “secret:”\.$/],
    [
      'a variable twice in a map',
      env('A: 1', 'B: 2', 'A: 1'),
      '5: “A” is here twice; the first is on line 3. Remove one.',
    ],
    [
      'a variable twice in a list',
      list('- {name: A, value: 1}', '- {name: A, value: 1}'),
      /^3: “A” is here twice; .* 2\./,
    ],
    ['a job twice', 'jobs:\n  a: {}\n  a: {}\n', /^3: “a” is here twice/],
    ['“jobs” twice', 'jobs: {}\njobs: {}\n', /^2: “jobs” is here twice/],
    [
      'a reserved name',
      env('A: 1', 'PATH: /bin'),
      /^4: “PATH” steers the shell or a runtime and will not be injected\./,
    ],
    ['a reserved prefix', list('- {name: LD_PRELOAD, value: secret:a}'), /^2: “LD_PRELOAD” .* not be injected/],
    [
      'a hyphen in a variable',
      env('my-key: 1'),
      /^3: “my-key” is no name for an environment variable\. Letters, digits/,
    ],
    ['a variable that begins with a digit', env('1A: 1'), /^3: “1A” is no name/],
    ['a variable without a name', env(': 1'), /^3: “” is no name/],
    [
      'a name that a terminal would obey',
      env('"\\e[31mA": 1'),
      '3: “�[31mA” is no name for an environment variable. Letters, digits and “_”; the first is no digit.',
    ],
    ['a very long name', env(`? ${'x-'.repeat(900)}\n    : 1`), /^3: “(x-){30}…” is no name/],
    ['a name that is a list', env('? [A]', ': 1'), /^3: A map or a list is no name here/],
    ['a map as value', env('A:', '  B: 1'), '4: “A” is a map or a list. Put quotes around it if it is meant as text.'],
    ['a list as value', env('A: [1]'), /^3: “A” is a map or a list/],
    [
      'an alias of a map as value',
      env('A: *x').replace('defaults', 'x: &x {}\ndefaults'),
      /^4: “A” is a map or a list/,
    ],
    ['a tag of somebody else’s', env('A: !Ref b'), '3: “A” has the tag “!Ref”, which is not read. Write the value.'],
    ['a NUL', env('A: "a\\0"'), /^3: “A” is refused\. The value contains a NUL/],
    ['half of a surrogate pair', env('A: "\\ud800"'), /^3: “A” is refused\. .* surrogate/],
    [
      'more than 64 KiB',
      env(`A: ${'x'.repeat(65_537)}`),
      '3: “A” is refused. The value has 65,537 bytes; the most is 65,536.',
    ],
    [
      'an alias without an anchor',
      env('A: *nowhere'),
      '3: “A” is the alias of an anchor that is not above it: “nowhere”.',
    ],
    ['a merge without an anchor', env('<<: *nowhere'), /^3: “<<” merges maps only/],
    ['a merge of text', env('<<: a'), /^3: “<<” merges maps only/],
    [
      'a merge of itself',
      'defaults:\n  env: &a\n    <<: *a\n    A: 1\n',
      '3: Merges reach more than 20 deep, or go in a circle.',
    ],
    ['“env” as a list in a workflow', env('- {name: A, value: 1}'), /^2: In a workflow “env” is a map/],
    ['“env” as a map in a deployment', 'image: a\nenv:\n  A: 1\n', /^2: In a deployment “env” is a list/],
    ['“env” at the top of a workflow', 'env: {A: 1}\njobs: {}\n', /^1: At the top of a workflow “env” is not read\./],
    ['“jobs” as a list', 'jobs:\n  - a\n', /^1: “jobs” has to be a map/],
    ['a job as text', 'jobs:\n  a: b\n', /^2: “a” has to be a map/],
    ['an item without a name', list('- value: 1'), /^2: The item has no “name” with text/],
    ['an item as text', list('- A=1'), /^2: The item has no “name”/],
    ['an item with a list for a name', list('- name: [A]', '  value: 1'), /^2: The item has no “name”/],
    [
      'an item without a value',
      list('- name: A', '  valueFrom: {}'),
      '2: “A” has no “value”. Add one; “value: ""” is empty.',
    ],
    [
      'a second document',
      `${env('A: 1')}---\nenv: []\n`,
      '4: A second document begins here. Put each in a file of its own.',
    ],
    ['a tab', 'defaults:\n\tenv: {}\n', '2: The line is indented with a tab. Indent it with spaces.'],
    ['a wrong indentation', 'defaults:\n   env: {}\n  x: 1\n', /^3: The indentation does not fit/],
    ['an open quote', env("A: 'x"), /^3: Something is missing/],
    ['an open bracket', env('A: [x'), /^3: .* a bracket is not closed/],
    ['an unknown escape', env('A: "C:\\q"'), /^3: In double quotes “\\” begins an escape/],
    ['a value that begins with “@”', env('A: @x'), /^3: No value begins with “@”/],
    ['text after a quote', env('A: "x" y'), /^3: The line is not YAML from here on/],
    ['a line without “:”', 'defaults:\nhello\n', /^2: Something is missing/],
    ['a list on the line of its name', env('A: - b'), /^3: The line is not YAML from here on/],
    ['an “env” of text', 'jobs: {a: {env: ""}}', /^1: In a workflow “env” is a map/],
    ['prose', 'Dear all,\nsee below.\n', /^1: This is neither a workflow/],
    ['nothing', '', /^1: This is neither a workflow, .* nor a deployment/],
    ['remarks only', '# a\n\n', /^1: This is neither/],
    ['a list', '- a\n', /^1: This is neither/],
    ['an archive', 'PK\x03\x04\x14\0\0\0', /^1: This is neither/],
    [
      'a file of another kind',
      'kind: Pod\nspec:\n  containers:\n    - env: [{name: A, value: b}]\n',
      /^1: This is neither/,
    ],
  ] as [string, string, string | RegExp][])('is %s', (_, text, expected) => {
    const problems = problemsOf(text)
    expect(problems).toHaveLength(1)
    if (typeof expected === 'string') expect(problems[0]).toBe(expected)
    else expect(problems[0]).toMatch(expected)
  })

  it('leaves out the variable it is about, and no other', () => {
    expect(told(env('A: 1', 'PATH: /bin', 'b-c: 2', 'D: {}', 'N: "\\0"', 'E: 3'))).toEqual(['A=1@3', 'E=3@8'])
  })

  it('keeps a reference that cannot be, so that it can be shown beside its name', () => {
    expect(readSpec(env('A: secret:my key')).variables[0]?.meaning).toEqual({ kind: 'impossible', name: 'my key' })
  })

  it('of the second of two variables leaves the first', () => {
    expect(told(env('A: 1', 'A: 2'))).toEqual(['A=1@3'])
  })

  it('across two lists of one deployment is found', () => {
    expect(problemsOf('env: [{name: A, value: 1}]\nspec:\n  env: [{name: A, value: 2}]\n')).toEqual([
      '3: “A” is here twice; the first is on line 1. Remove one.',
    ])
  })

  it('is told once, however many jobs have it by an alias', () => {
    const text = 'jobs:\n  a: &a {env: {PATH: x}}\n  b: *a\n  c: *a\n'
    expect(problemsOf(text)).toHaveLength(1)
  })

  it('is told in the order of lines, the hundred first of them, with how many follow', () => {
    const text = env(...Array.from({ length: 250 }, (_, index) => `a-${index}: 1`))
    expect(readSpec(text).problems.map(({ line }) => line)).toEqual([
      ...Array.from({ length: 100 }, (_, i) => i + 3),
      102,
    ])
    expect(readSpec(text).problems.at(-1)?.message).toBe('150 more problems follow.')
  })

  it('of all jobs comes after those of a job that stands before', () => {
    const text = 'jobs: {a: {env: {PATH: 1}}}\ndefaults: {env: {HOME: 2}}\n'
    expect(readSpec(text).problems.map(({ line }) => line)).toEqual([1, 2])
  })

  it('of YAML lets nothing of the file through', () => {
    expect(readSpec(`${workflow}\n\tx: 1`)).toMatchObject({ variables: [], jobs: [] })
  })

  it('quotes no value', () => {
    const canary = 'c4nary'
    const broken = [
      `A: "${canary}" ${canary}`,
      `A: secret:${canary}!`,
      `A: "\\q${canary}"`,
      `A: @${canary}`,
      `A: [${canary}`,
    ]
    const values = [`A: {x: ${canary}}`, `A: "${canary}\\0"`, `A: !x ${canary}`, `PATH: ${canary}`, `A: ${canary}: b`]
    for (const line of [...broken, ...values]) {
      expect(problemsOf(env(line))).toHaveLength(1)
      expect(problemsOf(env(line)).join()).not.toContain(canary)
    }
  })
})

describe('a hostile file', () => {
  it('of 5 MB is refused with its size, and one of a mebibyte is read', () => {
    expect(problemsOf('x'.repeat(5_242_880))).toEqual(['1: The file has 5,242,880 bytes; the most is 1,048,576.'])
    expect(problemsOf(`#${'é'.repeat(524_288)}`)[0]).toContain('1,048,577 bytes')
    const text = env('A: 1')
    expect(told(`${text}#${'x'.repeat(1_048_575 - text.length)}`)).toEqual(['A=1@3'])
  })

  it.each([
    ['commas', `env: [${','.repeat(1_000_000)}`],
    ['directives', '%A\n'.repeat(300_000)],
    ['quotes', '"'.repeat(1_000_000)],
  ])('of nothing but %s is refused before it is parsed', (_, text) => {
    expect(problemsOf(text)).toEqual(['1: The file has more than 200,000 names, values and signs. Split it.'])
  })

  it.each([
    ['lists', '['.repeat(20_000)],
    ['maps', '{a: '.repeat(20_000)],
    ['items', '- '.repeat(20_000)],
  ])('nested deep in %s is refused', (_, text) => {
    expect(problemsOf(text)).toEqual(['1: The file is nested too deeply.'])
  })

  it('nested deep over many lines is refused for that alone', () => {
    const messages = readSpec('{a:\n'.repeat(20_000)).problems.map(({ message }) => message)
    expect(new Set(messages)).toEqual(new Set(['The file is nested too deeply.']))
  })

  const bomb = (depth: number, of: (name: string) => string) =>
    Array.from({ length: depth }, (_, i) => `x${i + 1}: &x${i + 1} ${of(`*x${i}`)}\n`).join('')

  it('that doubles with every merge is refused', () => {
    const text = `x0: &x0 {A: 1}\n${bomb(18, (x) => `{<<: [${x}, ${x}, ${x}]}`)}defaults: {env: *x18}\n`
    expect(problemsOf(text)).toEqual([
      '1: With what its aliases repeat, the file has more than 10,000 names and values. Split it.',
    ])
    expect(readSpec(text).variables).toEqual([])
  })

  it('that has a long chain of merges is refused', () => {
    const text = `x0: &x0 {A: 1}\n${bomb(5000, (x) => `{<<: ${x}}`)}defaults: {env: *x5000}\n`
    expect(problemsOf(text)[0]).toContain('Merges reach more than 20 deep')
  })

  it('that expands where nothing is read is none of ours', () => {
    const text = `x0: &x0 [a]\n${bomb(40, (x) => `[${x}, ${x}, ${x}]`)}${env('A: 1')}`
    expect([told(text), problemsOf(text)]).toEqual([['A=1@44'], []])
  })

  it('that repeats one job for a thousand others is refused', () => {
    const jobs = Array.from({ length: 1000 }, (_, i) => `  j${i}: *x\n`).join('')
    const text = `x: &x\n  ${env(...Array.from({ length: 100 }, (_, i) => `A${i}: 1`))
      .slice(11)
      .trim()}\njobs:\n${jobs}`
    expect(problemsOf(text)[0]).toContain('more than 10,000')
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
  const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,5}$/).filter((text) => !isReservedVariable(text))
  const usable = anyValue.filter((text) => !text.includes('\0') && text.isWellFormed())
  const variables = fc.dictionary(name, usable, { maxKeys: 6 })
  const jobName = fc.string().filter((text) => text !== '__proto__')
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

  it('of a workflow yields exactly its pairs', () => {
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
    )
  })

  it('of a deployment yields exactly its pairs', () => {
    fc.assert(
      fc.property(variables, fc.jsonValue({ maxDepth: 3 }), fc.constantFrom(...forms), (values, resources, write) => {
        const text = write({ resources, env: Object.entries(values).map(([key, value]) => ({ value, name: key })) })
        expect(found(text, null)).toEqual(pairs(values))
      }),
    )
  })

  it('of anything is read without throwing, and every line is one of the file', () => {
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
      { numRuns: 3000 },
    )
  })
})
