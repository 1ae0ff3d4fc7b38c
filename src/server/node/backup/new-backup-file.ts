import { constants } from 'node:fs'
import { access, link, open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Refusal } from '#server/node/admin/admin-command.ts'

/** The name that a backup has while it is written: beside its own, so that taking that name is one step. */
export const partialOf = (path: string): string =>
  join(dirname(path), `${basename(path)}.${crypto.randomUUID().slice(0, 8)}.partial`)

export const failedOf = (path: string): string => `${path}.failed`

/** Refuses a name that is taken. It is asked again, by the system, when the file takes the name. */
export const refuseTaken = async (path: string): Promise<void> => {
  const isThere = await access(path, constants.F_OK).then(
    () => true,
    () => false,
  )
  if (isThere) throw taken(path)
}

/** Gives a file its name, which outlives a power cut that comes right after. Nothing that has the name is replaced. */
export const takeName = async (partial: string, path: string): Promise<void> => {
  try {
    await link(partial, path)
    await rm(partial)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') throw taken(path)
    // The file system knows no second name of a file.
    await refuseTaken(path)
    await rename(partial, path)
  }
  await syncFolder(dirname(path))
}

const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

const taken = (path: string) =>
  new Refusal(`“${path}” is there already. Nothing was written. Name another file, or move that one away.`)
