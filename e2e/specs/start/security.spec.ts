import { mkdirSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import WebSocket from 'ws'
import { expect, test } from '../../support/fixtures.ts'
import { addressLine, startServer } from '../../support/launchBrowserHost.ts'
import type { Process } from '../../support/Process.ts'

/** Status of a request with exactly these headers; `fetch` would not let us choose Host and Origin. */
function status(url: string, headers: Record<string, string>): Promise<{ code: number; headers: Record<string, string | string[] | undefined> }> {
  return new Promise((resolve, reject) => {
    httpRequest(url, { headers }, (response) => {
      response.resume()
      resolve({ code: response.statusCode ?? 0, headers: response.headers })
    })
      .on('error', reject)
      .end()
  })
}

/** Whether a WebSocket with these headers is let in. */
function socketOpens(url: string, headers: Record<string, string>): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = new WebSocket(url, { headers })
    socket.once('open', () => {
      socket.terminate()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

let server: Process
let origin: string, host: string, token: string, cookie: string

test.beforeAll(async ({}, info) => {
  const dataFolder = info.outputPath('data')
  mkdirSync(dataFolder, { recursive: true })
  server = startServer({ dataFolder })
  const found = await server.waitFor(addressLine)
  origin = found[1] ?? ''
  host = `127.0.0.1:${found[2] ?? ''}`
  token = found[3] ?? ''
  const opened = await status(`${origin}/?token=${token}`, {})
  const line = String(opened.headers['set-cookie'])
  expect(line).toMatch(/HttpOnly/)
  expect(line).toMatch(/SameSite=Strict/)
  cookie = line.split(';')[0] ?? ''
})

test.afterAll(async () => {
  await server.stop()
})

test('serves nobody without the token', async () => {
  expect((await status(`${origin}/`, {})).code).toBe(403)
  expect((await status(`${origin}/?token=${token.slice(0, -1)}x`, {})).code).toBe(403)
  expect((await status(`${origin}/?token=`, {})).code).toBe(403)
  expect((await status(`${origin}/`, { cookie: `${cookie}x` })).code).toBe(403)
  expect((await status(`${origin}/`, { cookie })).code).toBe(200)
})

test('serves no foreign name and no foreign page, not even with the cookie', async () => {
  expect((await status(`${origin}/`, { cookie, host: `localhost:${host.split(':')[1] ?? ''}` })).code).toBe(403)
  expect((await status(`${origin}/`, { cookie, host: 'attacker.example' })).code).toBe(403)
  expect((await status(`${origin}/`, { cookie, origin: 'http://attacker.example' })).code).toBe(403)
  expect((await status(`${origin}/?token=${token}`, { host: 'attacker.example' })).code).toBe(403)
})

test('opens the socket to its own page alone', async () => {
  const url = `ws://${host}/rpc`
  expect(await socketOpens(url, { cookie, origin })).toBe(true)
  expect(await socketOpens(url, { cookie })).toBe(false)
  expect(await socketOpens(url, { origin })).toBe(false)
  expect(await socketOpens(url, { cookie, origin: 'http://attacker.example' })).toBe(false)
  expect(await socketOpens(url, { cookie, origin, host: 'attacker.example' })).toBe(false)
  expect(await socketOpens(`ws://${host}/other`, { cookie, origin })).toBe(false)
})

test('serves its own files alone, with a policy that forbids everything else', async () => {
  for (const path of ['/../package.json', '/%2e%2e/package.json', '/..%2fpackage.json', '/.stamps/main', '/images/../../chats.db', `/images/${'0'.repeat(64)}/full`])
    expect((await status(`${origin}${path}`, { cookie })).code, path).toBe(404)
  const { headers } = await status(`${origin}/`, { cookie })
  const policy = String(headers['content-security-policy'])
  expect(policy).toContain("default-src 'none'")
  expect(policy).not.toMatch(/unsafe|\*|https?:/)
  expect(headers['x-content-type-options']).toBe('nosniff')
  expect(headers['referrer-policy']).toBe('no-referrer')
})

test('listens on the loopback address alone', () => {
  expect(host).toMatch(/^127\.0\.0\.1:\d+$/)
  expect(server.running).toBe(true)
})
