import { join } from 'node:path'
import { type Config, parseConfig } from '#server/node/config.ts'
import { newPostgresDatabase } from '#server/testing/postgres/new-postgres-database.ts'
import { newTemporaryFolder } from './temporary-folder.ts'

/** The master key of {@link openTestApp}. */
export const testMasterKey = Buffer.alloc(32, 7).toString('base64')

/** An empty place for an installation: the settings of a process that has it there, and what they come to. */
export type EmptyInstallation = { settings: Record<string, string>; config: Config }

/** Makes one of either kind, where nothing is yet. */
export const newEmptyInstallation = async (
  kind: 'sqlite' | 'postgres',
  key = testMasterKey,
): Promise<EmptyInstallation> => {
  const folder = join(newTemporaryFolder(), 'data')
  const address: Record<string, string> = kind === 'postgres' ? { DATABASE_URL: await newPostgresDatabase() } : {}
  const settings = { DATA_DIR: folder, MASTER_KEY: key, ...address }
  return { settings, config: parseConfig(settings) }
}
