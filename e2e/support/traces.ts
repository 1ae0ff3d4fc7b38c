import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type BrowserContext, expect, type Page } from '@playwright/test'
import { encodedForms } from '#server/testing/find-leaks.ts'
import type { ServerProcess } from './server-process.ts'

/** Text that was found somewhere, and its place. */
export type Trace = { where: string; text: string }

/** Collects all answers, requests and console messages of a context's pages and scripts. */
export const listen = (context: BrowserContext) => {
  const traces: Trace[] = []
  const pending: Promise<unknown>[] = []
  context.on('request', (request) => traces.push({ where: 'a request’s address', text: request.url() }))
  context.on('response', (response) => {
    const read = response.body().then(
      (body) =>
        traces.push({
          where: `the answer of ${response.request().method()} ${response.url()}`,
          text: body.toString('latin1'),
        }),
      // An answer without a body throws.
      () => undefined,
    )
    pending.push(read)
    traces.push({ where: `the headers of ${response.url()}`, text: JSON.stringify(response.headers()) })
  })
  context.on('console', (message) => traces.push({ where: 'the browser’s console', text: message.text() }))
  return async () => {
    await Promise.all(pending)
    return traces
  }
}

/** Returns everything that the page shows or stores in the browser. */
export const readPage = async (page: Page, when: string): Promise<Trace[]> => {
  const stored = await page.evaluate(async () => {
    const fields = [...document.querySelectorAll('input, textarea')] as HTMLInputElement[]
    const databases = await indexedDB.databases()
    return JSON.stringify({
      fields: fields.flatMap(({ value, defaultValue, placeholder }) => [value, defaultValue, placeholder]),
      storages: [{ ...localStorage }, { ...sessionStorage }],
      databases,
      caches: await caches.keys(),
      workers: (await navigator.serviceWorker.getRegistrations()).length,
      history: history.state,
      cookies: document.cookie,
      title: document.title,
    })
  })
  // These stores must stay empty: the search does not read them.
  expect(JSON.parse(stored)).toMatchObject({ databases: [], caches: [], workers: 0 })
  return [
    { where: `the page ${when}`, text: await page.content() },
    { where: `fields and storages ${when}`, text: stored },
    { where: `the address ${when}`, text: page.url() },
  ]
}

export const readServer = ({ folder, output }: ServerProcess, when: string): Trace[] => [
  { where: `the server’s output ${when}`, text: output() },
  ...readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => ({
      where: `${name} ${when}`,
      text: readFileSync(join(parentPath, name), 'latin1'),
    })),
]

/** Returns the places that contain one of the lines, in any encoding. */
export const leaks = (traces: readonly Trace[], lines: readonly string[]): string[] => {
  const spellings = lines.flatMap(encodedForms)
  const found = traces.filter(({ text }) =>
    // Files and answers are read byte by byte, texts of the page character by character.
    spellings.some((spelling) => text.includes(spelling) || text.includes(Buffer.from(spelling).toString('latin1'))),
  )
  return found.map(({ where }) => where)
}
