import { runCommand } from './run-admin-command.ts'

// The entry of `npm run admin`.

// What a command makes is its user's alone.
process.umask(0o077)
process.exitCode = await runCommand(process.argv.slice(2), process.env)
