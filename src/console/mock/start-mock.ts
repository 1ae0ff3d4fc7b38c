import { sql } from 'kysely'
import { setupWorker } from 'msw/browser'
import { http } from 'msw/http'
import { createApp } from '#server/app.ts'
import { createVault } from '#server/crypto/vault.ts'
import { webSha256 } from '#server/crypto/web-crypto.ts'
import { authenticator } from '#server/identity/authenticate.ts'
import { deviceCookies } from '#server/services/device-cookie.ts'
import { connect } from '#server/store/db/transactions.ts'
import { openStore } from '#server/store/open-store.ts'
import { demoIdentity } from './demo-identity.ts'
import { fillSampleTeam } from './sample-team.ts'
import { inMemoryDialect } from './wasm-database.ts'

/** Answers the console's requests with the product's own API over an in-memory database. A reload resets it. */
export const startMock = async (): Promise<void> => {
  const now = () => Date.now()
  const afterArrivals = (run: () => void) => queueMicrotask(run)
  const vault = await createVault(crypto.getRandomValues(new Uint8Array(32)))
  const db = connect(await inMemoryDialect())
  // For the browser's console: await gradientMock.sql('select name from secret')
  Object.assign(globalThis, { gradientMock: { sql: async (text: string) => (await sql.raw(text).execute(db)).rows } })
  const store = await openStore(db, 'sqlite', { vault, now })
  await fillSampleTeam({ store, vault, now })
  const nameOf = async (id: string) =>
    (await db.selectFrom('user').select('name').where('id', '=', id).executeTakeFirstOrThrow()).name
  const identity = demoIdentity(nameOf, (id) => store.memberships(id))
  const app = createApp({
    store,
    vault,
    identity,
    devices: deviceCookies({ secret: await vault.derive('sessions'), secure: false }),
    authenticate: authenticator({ store, identity, sha256: webSha256, now, afterArrivals }),
    sha256: webSha256,
    setupToken: await vault.derive('setup token'),
    version: 'development',
    now,
    afterArrivals,
    clientAddress: () => 'the mock',
    log: { request: () => undefined, error: (error) => console.error(error) },
  })
  const worker = setupWorker(http.all('*/v1/*', ({ request }) => app.fetch(request)))
  await worker.start({ quiet: true, onUnhandledFrame: 'bypass', serviceWorker: { url: '/mockServiceWorker.js' } })
}
