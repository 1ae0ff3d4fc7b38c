/** What is to be run: nothing of it goes through a shell. */
export type Program = {
  command: string
  args: readonly string[]
  env: Readonly<Record<string, string>>
  cwd: string
}
