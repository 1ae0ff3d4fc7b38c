import { describe, expect, it } from 'vitest'
import { readSpec } from './parse-spec.ts'

const described = (text: string) =>
  readSpec(text).variables.map(({ job, name, value, line, meaning }) => {
    const what = meaning.kind === 'literal' ? value : Object.values(meaning).join(' ')
    return `${job ? `${job} ` : ''}${name}=${what}@${line}`
  })
const problemsOf = (text: string) => readSpec(text).problems.map(({ line, message }) => `${line}: ${message}`)
const env = (...lines: string[]) => `defaults:\n  env:\n${lines.map((line) => `    ${line}\n`).join('')}`
const list = (...lines: string[]) => `env:\n${lines.map((line) => `  ${line}\n`).join('')}`

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
    ['a name that JavaScript objects lose', list('- {name: __proto__, value: secret:a}'), /^2: “__proto__” is no name/],
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
    ['an unknown tag', env('A: !Ref b'), '3: “A” has the tag “!Ref”, which is not read. Write the value.'],
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

  it('removes only its variable', () => {
    expect(described(env('A: 1', '9: /bin', 'b-c: 2', 'D: {}', 'N: "\\0"', 'E: 3'))).toEqual(['A=1@3', 'E=3@8'])
  })

  it('keeps an impossible reference, so that it can be shown', () => {
    expect(readSpec(env('A: secret:my key')).variables[0]?.meaning).toEqual({ kind: 'impossible', name: 'my key' })
  })

  it('of a second variable keeps the first', () => {
    expect(described(env('A: 1', 'A: 2'))).toEqual(['A=1@3'])
  })

  it('across two lists of one deployment is found', () => {
    expect(problemsOf('env: [{name: A, value: 1}]\nspec:\n  env: [{name: A, value: 2}]\n')).toEqual([
      '3: “A” is here twice; the first is on line 1. Remove one.',
    ])
  })

  it('is reported once, for any number of aliases', () => {
    const text = 'jobs:\n  a: &a {env: {a-b: x}}\n  b: *a\n  c: *a\n'
    expect(problemsOf(text)).toHaveLength(1)
  })

  it('is reported in line order, up to a hundred, with the number of others', () => {
    const text = env(...Array.from({ length: 250 }, (_, index) => `a-${index}: 1`))
    expect(readSpec(text).problems.map(({ line }) => line)).toEqual([
      ...Array.from({ length: 100 }, (_, i) => i + 3),
      102,
    ])
    expect(readSpec(text).problems.at(-1)?.message).toBe('150 more problems follow.')
  })

  it('of all jobs follows those of an earlier job', () => {
    const text = 'jobs: {a: {env: {a-b: 1}}}\ndefaults: {env: {c-d: 2}}\n'
    expect(readSpec(text).problems.map(({ line }) => line)).toEqual([1, 2])
  })

  it('of YAML quotes nothing of the file', () => {
    const good = env('A: secret:A', 'B: text')
    expect(readSpec(good).variables).toHaveLength(2)
    expect(readSpec(`${good}\n\tx: 1`)).toMatchObject({ variables: [], jobs: [] })
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
    const values = [`A: {x: ${canary}}`, `A: "${canary}\\0"`, `A: !x ${canary}`, `a-b: ${canary}`, `A: ${canary}: b`]
    for (const line of [...broken, ...values]) {
      expect(problemsOf(env(line))).toHaveLength(1)
      expect(problemsOf(env(line)).join()).not.toContain(canary)
    }
  })
})

describe('a hostile file', () => {
  it('of 5 MB is refused with its size, and one of 1 MiB is read', () => {
    expect(problemsOf('x'.repeat(5_242_880))).toEqual(['1: The file has 5,242,880 bytes; the most is 1,048,576.'])
    expect(problemsOf(`#${'é'.repeat(524_288)}`)[0]).toContain('1,048,577 bytes')
    const text = env('A: 1')
    expect(described(`${text}#${'x'.repeat(1_048_575 - text.length)}`)).toEqual(['A=1@3'])
  })

  it.each([
    ['commas', `env: [${','.repeat(1_000_000)}`],
    ['directives', '%A\n'.repeat(300_000)],
    ['quotes', '"'.repeat(1_000_000)],
  ])('of only %s is refused before it is parsed', (_, text) => {
    expect(problemsOf(text)).toEqual(['1: The file has more than 200,000 names, values and signs. Split it.'])
  })

  it.each([
    ['lists', '['.repeat(20_000)],
    ['maps', '{a: '.repeat(20_000)],
    ['items', '- '.repeat(20_000)],
  ])('deeply nested in %s is refused', (_, text) => {
    expect(problemsOf(text)).toEqual(['1: The file is nested too deeply.'])
  })

  it('deeply nested over many lines is refused for that alone', () => {
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

  it('that expands where nothing is read is accepted', () => {
    const text = `x0: &x0 [a]\n${bomb(40, (x) => `[${x}, ${x}, ${x}]`)}${env('A: 1')}`
    expect([described(text), problemsOf(text)]).toEqual([['A=1@44'], []])
  })

  it('that repeats one job for a thousand others is refused', () => {
    const jobs = Array.from({ length: 1000 }, (_, i) => `  j${i}: *x\n`).join('')
    const text = `x: &x\n  ${env(...Array.from({ length: 100 }, (_, i) => `A${i}: 1`))
      .slice(11)
      .trim()}\njobs:\n${jobs}`
    expect(problemsOf(text)[0]).toContain('more than 10,000')
  })
})
