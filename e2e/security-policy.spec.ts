import { expect, testAlone as test } from './support/fixtures.ts'

// Every test on a server checks that pages comply with the policy: a violation is a console error, which fails the
// test.

const stopped = /^The content security policy has stopped /

test('pages run only the console’s own files', { tag: '@journey' }, async ({ page, server, expectedErrors }) => {
  expectedErrors.push(stopped, /violates the .*Content Security Policy/, /^Failed to load resource/)
  const said: string[] = []
  page.on('console', (message) => {
    const found = /has stopped (\S+)/.exec(message.text())?.[1]
    if (found) said.push(found)
  })
  await page.goto('/login')
  await page.evaluate(() => {
    const add = (tag: string, properties: object) =>
      document.body.append(Object.assign(document.createElement(tag), properties))
    add('script', { textContent: 'document.title = "run"' })
    add('style', { textContent: 'body { display: none }' })
    add('img', { src: 'data:image/gif;base64,R0lGODlhAQABAAAAACw=' })
    add('iframe', { src: '/login' })
    return fetch('http://localhost:1/').catch(() => undefined)
  })
  const all = ['script-src-elem', 'style-src-elem', 'img-src', 'frame-src', 'connect-src']
  await expect.poll(() => all.filter((directive) => !said.includes(directive))).toEqual([])
  await expect(page).toHaveTitle('Sign in · Gradient Secrets')

  for (const path of ['/', '/login', '/setup', '/a/b', '/favicon.svg']) {
    const { headers } = await fetch(`${server.address}${path}`)
    expect(headers.get('content-security-policy'), path).toMatch(/^default-src 'none'; /)
    expect(headers.get('content-security-policy'), path).not.toMatch(/unsafe|data:|\*|http/)
    expect(headers.get('x-content-type-options'), path).toBe('nosniff')
    expect(headers.get('referrer-policy'), path).toBe('no-referrer')
  }
})
