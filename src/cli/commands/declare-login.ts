import type { Command } from 'commander'
import type { Context } from '#cli/context.ts'
import { withExamples } from '#cli/options/parse-options.ts'

export const declareLogin = (program: Command, context: Context): void => {
  const login = program
    .command('login')
    .description('Get an API key by way of the console, and keep it in the key file.')
    .argument('[address]', 'where the server is; without it, the one of before')
    .option('--no-browser', 'print the address to open, and open nothing')
  withExamples(login, [
    ['On this computer', 'gradient login https://secrets.example.com'],
    ['On one without a browser', 'gradient login https://secrets.example.com --no-browser'],
  ]).action(async (address, options) => (await import('./login.ts')).login(context, address, options))
}
