import { spawn } from 'node:child_process'

type Surroundings = { platform: NodeJS.Platform; env: Readonly<Record<string, string | undefined>> }

/** What opens an address on each system. None is a shell, to which a part of an address could be a command. */
const opener = ({ platform, env }: Surroundings): readonly [string, ...string[]] | undefined => {
  if (platform === 'darwin') return ['open']
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler']
  // Without a display, it might open a browser of text in this very terminal.
  const hasDisplay = Boolean(env.DISPLAY || env.WAYLAND_DISPLAY)
  return hasDisplay ? ['xdg-open'] : undefined
}

/** Opens an address in the person's browser, which outlives this process; `false` when there is no way to. */
export const openBrowser = (address: string, surroundings: Surroundings): Promise<boolean> => {
  const [command, ...first] = opener(surroundings) ?? []
  if (command === undefined) return Promise.resolve(false)
  return new Promise((opened) => {
    const child = spawn(command, [...first, address], { env: surroundings.env, detached: true, stdio: 'ignore' })
    child.once('spawn', () => opened(true))
    child.once('error', () => opened(false))
    child.unref()
  })
}
