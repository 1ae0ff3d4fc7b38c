import { format } from 'node:util'
import { vi } from 'vitest'
import { runAdminCommand } from '#server/node/admin/run-admin-command.ts'
import type { AdminResult } from './run-admin-process.ts'

/** Runs an admin command in this process, which is faster than a process of its own. It has no standard input. */
export const runAdminInline = async (
  args: readonly string[],
  settings: Record<string, string>,
): Promise<AdminResult> => {
  const said = { stdout: '', stderr: '' }
  const line =
    (stream: keyof typeof said) =>
    (...words: unknown[]): void => {
      said[stream] += `${format(...words)}\n`
    }
  const spies = [
    vi.spyOn(console, 'log').mockImplementation(line('stdout')),
    vi.spyOn(console, 'error').mockImplementation(line('stderr')),
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      said.stdout += text
      return true
    }),
  ]
  try {
    return { code: await runAdminCommand(args, settings), ...said }
  } finally {
    for (const spy of spies) spy.mockRestore()
  }
}
