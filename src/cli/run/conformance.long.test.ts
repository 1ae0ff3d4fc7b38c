import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startCliServer } from '#cli/testing/cli-server.ts'
import { surroundings } from '#cli/testing/test-io.ts'
import { newTemporaryFolder } from '#server/testing/processes/temporary-folder.ts'

// The behaviour of `gradient run`: each row runs through pipes and on a terminal.

const server = await startCliServer()
const web = await server.scope('project', 'web')
const gpu = await server.scope('cluster', 'gpu-1')
const twins = [await server.scope('project', 'twin'), await server.scope('project', 'twin')]
const odd = 'line one\nline "two" = \'three\' \\ $HOME é😀\r\n\n'
const long = 'x0123456789abcde'.repeat(4096)
await server.set(server.team, {
  SHARED: 'team-value',
  ONLY_TEAM: 'of-the-team',
  ODD: odd,
  LONG: long,
  'not-a-name': 'dashed',
})
await server.set(gpu, { SHARED: 'cluster-value', ON_GPU: 'of-the-cluster' })
await server.set(web, { SHARED: 'project-value', PIN: '123' })

const key = await server.key({ access: ['run', 'manage'] })
const runKey = await server.key({ access: ['run'] })
const manageKey = await server.key({ access: ['manage'] })
const env = { ...server.env(key), SHELL_OWN: 'mine', ONLY_TEAM: 'existing' }

const folder = newTemporaryFolder()
const script = (name: string, text: string, mode = 0o755): string => {
  const path = join(folder, name)
  writeFileSync(path, text)
  chmodSync(path, mode)
  return path
}
mkdirSync(join(folder, 'directory'))
const spec = script(
  'train.yaml',
  'defaults:\n  env:\n    HELLO: literal\n    KEY: secret:ON_GPU\njobs:\n  a:\n    env: {KEY: secret:SHARED}\n  b: {}\n',
)
const broken = script('broken.yaml', 'env:\n  - name: A\n    value: "secret:"\n  - name: my-path\n    value: x\n')

const node = (code: string): string[] => ['--', process.execPath, '-e', code]
const shell = (code: string): string[] => ['--', '/bin/sh', '-c', code]
const print = (...names: string[]): string[] =>
  shell(names.map((name) => `echo "${name}=\${${name}-unset}"`).join('; '))
const where = ['--project', 'web', '--cluster', 'gpu-1']
const ran = shell('echo it ran')
const odds = ['', ' a  b ', "it's", '"', 'new\nline', '--', '-x', '--project', '$HOME', '*', 'é😀', '\\']
const digest = (text: string) => createHash('sha256').update(text).digest('hex')
const digests = 'for (const n of ["ODD","LONG"]) console.log(require("crypto").hash("sha256", process.env[n]))'

type Row = {
  args: string[]
  /** Expected exit code, 0 by default. */
  code?: number
  /** Complete output, apart from the line about injected secrets… */
  shows?: string
  /** …or parts of the output. */
  says?: string[]
  env?: Record<string, string | undefined>
}

const table: Record<string, Row> = {
  'passes every argument unchanged': {
    args: [...node('console.log(JSON.stringify(process.argv.slice(1)))'), '--', ...odds],
    shows: `${JSON.stringify(odds)}\n`,
  },
  'takes a command without “--” before it': { args: ['/bin/echo', '--project', 'x'], shows: '--project x\n' },
  'ends with 0 when the command does': { args: shell('exit 0'), shows: '' },
  'ends with the exit code of the command': { args: shell('exit 37'), code: 37, shows: '' },
  'ends with 255 when the command does': { args: shell('exit 255'), code: 255, shows: '' },
  'ends with 143 when SIGTERM ended the command': { args: shell('kill -TERM $$'), code: 143, shows: '' },
  'ends with 137 when SIGKILL ended the command': { args: shell('kill -KILL $$'), code: 137, shows: '' },
  'ends with 127 when the command does not exist': {
    args: ['--', 'no-such-command'],
    code: 127,
    shows: 'There is no command “no-such-command”.\n',
  },
  'ends with 126 when the command may not be executed': {
    args: ['--', script('data', 'echo', 0o644)],
    code: 126,
    says: [`“${folder}/data” may not be executed.\n`],
  },
  'ends with 126 when the command is a folder': {
    args: ['--', join(folder, 'directory')],
    code: 126,
    shows: `“${folder}/directory” is a folder.\n`,
  },
  'ends with 126 when the interpreter of a script is missing': {
    args: ['--', script('orphan', '#!/no/such/interpreter\n')],
    code: 126,
    shows: `“${folder}/orphan” is a script for “/no/such/interpreter”, which is not there.\n`,
  },
  'runs a script without an interpreter line by the shell': {
    args: ['--', script('plain', 'echo $1\n'), 'a b'],
    shows: 'a b\n',
  },
  'injects every name by precedence, and prints the sources': {
    args: [
      ...where,
      ...node(
        'console.log("" + ["SHARED","ON_GPU","ONLY_TEAM","ODD","LONG","PIN"].filter((n) => n in process.env).length)',
      ),
    ],
    says: [
      'gradient: 6 secrets injected (2 from project “web”, 1 from cluster “gpu-1”, 3 from team “Gradient Next”; ' +
        '1 also set in a weaker scope; 1 too short to be masked)\n6\n',
    ],
  },
  'injects the value of the winning scope': {
    args: ['--no-mask', ...where, ...print('SHARED')],
    shows: 'SHARED=project-value\n',
  },
  'injects the value of the cluster without a project': {
    args: ['--no-mask', '--cluster', gpu.id, ...print('SHARED', 'PIN')],
    shows: 'SHARED=cluster-value\nPIN=unset\n',
  },
  'injects the value of the team without project and cluster': {
    args: ['--no-mask', ...print('SHARED')],
    shows: 'SHARED=team-value\n',
  },
  'injects values byte for byte: 64 KiB, line breaks and quotes': {
    args: node(digests),
    shows: `${digest(odd)}\n${digest(long)}\n`,
  },
  'overrides an existing variable by a secret': {
    args: ['--no-mask', ...print('ONLY_TEAM')],
    shows: 'ONLY_TEAM=of-the-team\n',
  },
  'keeps all existing variables with --preserve-env': {
    args: ['--preserve-env', '--no-mask', ...print('ONLY_TEAM', 'SHARED')],
    shows: 'ONLY_TEAM=existing\nSHARED=team-value\n',
  },
  'keeps the named variables with --preserve-env=': {
    args: ['--preserve-env=SHARED', '--no-mask', ...print('SHARED', 'ONLY_TEAM')],
    env: { ...env, SHARED: 'existing' },
    shows: 'SHARED=existing\nONLY_TEAM=of-the-team\n',
  },
  'keeps other variables, and removes its own key and address': {
    args: print('SHELL_OWN', 'PAPERSPACE_API_KEY', 'PAPERSPACE_CONFIG_HOST'),
    shows: 'SHELL_OWN=mine\nPAPERSPACE_API_KEY=unset\nPAPERSPACE_CONFIG_HOST=unset\n',
  },
  'injects only the names of --only': {
    args: ['--only', 'SHARED', '--only=LONG,ODD', '--no-mask', ...print('SHARED', 'ON_GPU')],
    says: ['gradient: 3 secrets injected (3 from team “Gradient Next”)\nSHARED=team-value\nON_GPU=unset\n'],
  },
  'injects references and literals of --env in addition': {
    args: ['--env', 'DASHED=secret:not-a-name', '--env=PLAIN=a=b ', '--no-mask', ...print('DASHED', 'PLAIN', 'SHARED')],
    shows: 'DASHED=dashed\nPLAIN=a=b \nSHARED=team-value\n',
  },
  'injects only the variables of a job of a spec': {
    args: [...where, '--spec', spec, '--job', 'b', '--no-mask', ...print('HELLO', 'KEY', 'SHARED')],
    shows: 'HELLO=literal\nKEY=of-the-cluster\nSHARED=unset\n',
  },
  'overrides a spec by --env': {
    args: [...where, '--spec', spec, '--job=a', '--env', 'HELLO=other', '--no-mask', ...print('HELLO', 'KEY')],
    shows: 'HELLO=other\nKEY=project-value\n',
  },
  'refuses a spec with several jobs without --job': {
    args: ['--spec', spec, ...ran],
    code: 64,
    says: [`${spec}:6: The file has several jobs: “a”, “b”. Name one of them.\n`],
  },
  'refuses a spec with problems, and prints their lines': {
    args: ['--spec', broken, ...ran],
    code: 64,
    says: [`${broken}:3: `, `${broken}:4: “my-path” is no name`, 'There are 2 problems in'],
  },
  'masks values of secrets, in base64 too, and leaves literals alone': {
    args: ['--env', 'PLAIN=a-literal', ...shell('echo $SHARED $PLAIN; printf %s "$SHARED" | base64')],
    shows: '*** a-literal\n***==\n',
  },
  'does not mask with --no-mask': { args: ['--no-mask', ...shell('echo $SHARED')], shows: 'team-value\n' },
  'prints nothing of its own with --quiet': { args: ['--quiet', ...shell('echo done')], says: ['done\n'] },
  'fails for a name that is not set, and prints the searched scopes': {
    args: [...where, '--only', 'SHARED,NOWHERE', '--env', 'X=secret:NOR_HERE', ...ran],
    code: 78,
    says: ['“NOR_HERE”', '“NOWHERE”', 'searched project “web”, cluster “gpu-1”, team “Gradient Next”'],
  },
  'fails for a project that does not exist': { args: ['--project', 'nobodys', ...ran], code: 78, says: ['“nobodys”'] },
  'refuses an ambiguous project name, and prints the IDs': {
    args: ['--project', 'twin', ...ran],
    code: 64,
    says: twins.map(({ id }) => id),
  },
  'is denied for a key that may not run workloads': { args: ran, env: server.env(manageKey), code: 77 },
  'is denied for an invalid key': { args: ran, env: server.env(`${key}x`), code: 77 },
  'is denied without a key': { args: ran, env: { ...env, PAPERSPACE_API_KEY: undefined }, code: 77 },
  'reports that a key for workloads needs an ID': {
    args: ['--project', 'web', ...ran],
    env: server.env(runKey),
    code: 77,
    says: ['look up no names: give the ID'],
  },
  'accepts an ID for a key that only runs workloads': {
    args: ['--project', web.id, '--no-mask', ...print('SHARED')],
    env: server.env(runKey),
    shows: 'SHARED=project-value\n',
  },
  'ends with 69 when the server is down': {
    args: ran,
    env: { ...env, PAPERSPACE_CONFIG_HOST: 'http://127.0.0.1:1' },
    code: 69,
    says: ['“http://127.0.0.1:1”'],
  },
  'refuses a missing command': { args: ['--'], code: 64 },
  'refuses an unknown option': { args: ['--nonsense', ...ran], code: 64 },
  'refuses a job without a spec': { args: ['--job', 'a', ...ran], code: 64 },
  'injects a variable that steers other programs when it is asked for by its name': {
    args: [
      '--env',
      'BROWSER=secret:SHARED',
      '--env',
      'LD_DEBUG_OUTPUT=text',
      '--no-mask',
      ...print('BROWSER', 'LD_DEBUG_OUTPUT'),
    ],
    shows: 'BROWSER=team-value\nLD_DEBUG_OUTPUT=text\n',
  },
  'refuses a variable twice': { args: ['--env', 'A=1', '--env', 'A=2', ...ran], code: 64, says: ['“A” twice'] },
  'refuses to inject a name that is not a valid variable': {
    args: ['--only', 'not-a-name', ...ran],
    code: 64,
    says: ['“not-a-name”'],
  },
}

const values = ['team-value', 'of-the-team', 'cluster-value', 'project-value', 'of-the-cluster', 'line "two"', long]

test.each(Object.entries(table))('run %s', async (_, { args, code = 0, shows, says = [], env: own = env }) => {
  const runs = surroundings.map((runIn) => runIn(['run', ...args], { env: own, cwd: folder }))
  for (const { where, code: ended, shown } of await Promise.all(runs)) {
    const rest = shown.replace(/^gradient: .*\n/, '')
    expect({ where, ended, shown: shows === undefined ? shows : rest }).toEqual({ where, ended: code, shown: shows })
    for (const part of says) expect(shown, where).toContain(part)
    expect(rest === shown, where).toBe(args.includes('--quiet') || (code > 63 && code < 128))
    if (!args.includes('--no-mask')) for (const value of values) expect(shown.includes(value), where).toBe(false)
    if (args.at(-1) === ran.at(-1)) expect(shown, where).not.toContain('it ran')
  }
})
