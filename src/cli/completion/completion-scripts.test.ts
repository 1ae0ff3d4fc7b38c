import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { runInProcess } from '#cli/testing/run-in-process.ts'
import { newTemporaryFolder } from '#server/testing/processes/temporary-folder.ts'

const scripts: Record<string, string> = {}
beforeAll(async () => {
  for (const shell of ['bash', 'zsh', 'fish']) scripts[shell] = (await runInProcess(['completion', shell])).stdout
})

/** Writes the script of a shell to a file: not every shell reads one from a pipe. */
const fileOf = (shell: string): string => {
  const file = join(newTemporaryFolder(), 'completion')
  writeFileSync(file, scripts[shell] ?? '')
  return file
}

const has = (shell: string): boolean => spawnSync(shell, ['-c', 'true']).status === 0
const shells = ['bash', 'zsh', 'fish'].filter((shell) => {
  if (!has(shell)) console.warn(`${shell} is not installed: its completion is not looked at.`)
  return has(shell)
})

it.each(shells)('passes the syntax check of %s', (shell) => {
  const { status, stderr } = spawnSync(shell, ['-n', fileOf(shell)], { encoding: 'utf8' })
  expect([status, stderr]).toEqual([0, ''])
})

/** Returns the completions of bash for the last of these words. */
const completed = (...words: string[]): string[] => {
  const quoted = words.map((word) => `'${word}'`).join(' ')
  const drive = `COMP_WORDS=(${quoted}); COMP_CWORD=${words.length - 1}; _gradient; printf '%s\\n' "\${COMPREPLY[@]}"`
  const { stdout, stderr } = spawnSync('bash', ['--norc'], { input: `${scripts.bash}\n${drive}\n`, encoding: 'utf8' })
  expect(stderr).toBe('')
  return stdout.split('\n').filter(Boolean)
}

describe('bash', () => {
  it('completes commands', () => {
    expect(completed('gradient', '')).toEqual(expect.arrayContaining(['secrets', 'projects', 'run', 'completion']))
    expect(completed('gradient', 'sec')).toEqual(['secrets'])
    expect(completed('gradient', 'secrets', 'l')).toEqual(['list'])
    expect(completed('gradient', 'completion', '')).toEqual(['bash', 'zsh', 'fish'])
  })

  it('completes the kind of a scope before and after options', () => {
    const kinds = ['team', 'cluster', 'project']
    expect(completed('gradient', 'secrets', 'set', '')).toEqual(kinds)
    expect(completed('gradient', 'secrets', 'set', '--name', 'list', '')).toEqual(kinds)
    expect(completed('gradient', 'secrets', 'set', '--yes', 'pr')).toEqual(['project'])
    expect(completed('gradient', 'secrets', 'set', '--id', '=', 'x', 't')).toEqual(['team'])
    expect(completed('gradient', 'secrets', 'import', '.env', '')).toEqual(kinds)
    expect(completed('gradient', 'secrets', 'set', 'team', '')).toEqual([])
  })

  it('completes options, and files for options that take one', () => {
    expect(completed('gradient', 'secrets', 'set', 'team', '--na')).toEqual(['--name'])
    expect(completed('gradient', 'secrets', 'list', '--')).not.toContain('--value')
    expect(completed('gradient', 'secrets', 'set', '--from-file', '/etc/host')).toContain('/etc/hosts')
    expect(completed('gradient', 'secrets', 'import', '/etc/host')).toContain('/etc/hosts')
    expect(completed('gradient', 'secrets', 'set', '--name', 'se')).toEqual([])
  })

  it('leaves the words of a child command alone', () => {
    expect(completed('gradient', 'run', '--', 'se')).toEqual([])
  })
})

it.runIf(has('fish'))('completes in fish', () => {
  const file = fileOf('fish')
  const ask = (line: string) =>
    spawnSync('fish', ['--no-config', '-c', `source ${file}; complete -C ${JSON.stringify(line)}`], {
      encoding: 'utf8',
    })
      .stdout.split('\n')
      .map((entry) => entry.split('\t')[0])
      .filter(Boolean)
  expect(ask('gradient secrets set --name list pr')).toEqual(['project'])
  expect(ask('gradient secrets im')).toEqual(['import'])
  expect(ask('gradient secrets set --val')).toEqual(['--value'])
})
