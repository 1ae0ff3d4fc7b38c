import { join } from 'node:path'
import { type Config, parseConfig } from '#server/node/config.ts'
import { newPostgresDatabase } from '#server/testing/postgres/new-postgres-database.ts'
import { newTemporaryFolder } from './temporary-folder.ts'

/** The master key of {@link openTestApp}. */
export const testMasterKey = Buffer.alloc(32, 7).toString('base64')

/** The settings and the configuration of an installation that has no data yet. */
export type EmptyInstallation = { settings: Record<string, string>; config: Config }

/** Creates an empty installation on this kind of database. */
export const newEmptyInstallation = async (
  kind: 'sqlite' | 'postgres',
  key = testMasterKey,
): Promise<EmptyInstallation> => {
  const folder = join(newTemporaryFolder(), 'data')
  const address: Record<string, string> = kind === 'postgres' ? { DATABASE_URL: await newPostgresDatabase() } : {}
  const settings = { DATA_DIR: folder, MASTER_KEY: key, ...address }
  return { settings, config: parseConfig(settings) }
}
