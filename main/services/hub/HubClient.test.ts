import { createHash } from 'node:crypto'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ForwardProxy } from '../../../bench/hub/ForwardProxy.ts'
import { LocalHub } from '../../../bench/hub/LocalHub.ts'
import { temporaryFolder } from '../../platform/testing.ts'
import { HubClient } from './HubClient.ts'
import { HubConnection } from './HubConnection.ts'
import type { Patience } from './HubConnection.ts'
import { hubOptions } from './hubOptions.ts'
import { HubToken } from './HubToken.ts'
import { retryAfter } from './hubErrors.ts'
import { partsOf, splitName } from './splitName.ts'

const bytes = Buffer.from('some bytes of a model')
const sha256 = createHash('sha256').update(bytes).digest('hex')
const file = { repository: 'owner/name', revision: 'main', path: 'Q4/model.gguf' }
const name = 'owner/name/Q4/model.gguf'
/** Short only where a server is silent. */
let patience: Patience | undefined

let hub: LocalHub
const clients: HubClient[] = []
beforeAll(async () => (hub = await LocalHub.start()))
afterAll(async () => await hub.stop())
beforeEach(() => {
  hub.put(name, bytes)
  hub.seen.length = 0
  hub.token = null
  patience = undefined
})
afterEach(async () => {
  for (const client of clients.splice(0)) await client.dispose()
})

function connect(environment: Record<string, string> = {}, token: string | null = null, settings = { hub: hub.url as string | null, proxy: null as string | null }): HubClient {
  const client = new HubClient(hubOptions(settings, environment), token, patience === undefined ? {} : { patience })
  clients.push(client)
  return client
}

const coded = (code: string, params: object = {}) => expect.objectContaining({ code, params }) as Error
const hostOf = (address: string) => new URL(address).host

describe('what the hub says about a file', () => {
  test('comes from the hub itself, without asking the store', async () => {
    expect(await connect().resolve(file)).toEqual({ address: file, commit: hub.commit, bytes: bytes.length, sha256, etag: sha256, servedEtag: null })
    expect(hub.seen.map(({ at, method, url }) => `${at} ${method} ${url}`)).toEqual(['hub HEAD /owner/name/resolve/main/Q4/model.gguf'])
  })

  test.each([
    ['a file the hub sends itself', { lfs: false }, {}, 1],
    ['a mirror that names nothing', {}, { bare: true }, 2],
    ['a store that allows no HEAD', {}, { bare: true, noHead: true }, 3],
  ])('%s has a size, and no checksum', async (_what, options, faults, requests) => {
    hub.put(name, bytes, options)
    hub.fault(name, faults)
    expect(await connect().resolve(file)).toMatchObject({ bytes: bytes.length, sha256: null })
    expect(hub.seen).toHaveLength(requests)
  })

  test.each([
    [401, {}, 'HUB_NEEDS_TOKEN', { repository: 'owner/name' }],
    [401, { 'x-error-code': 'RepoNotFound' }, 'HUB_REPOSITORY_MISSING', { repository: 'owner/name' }],
    [403, {}, 'HUB_NO_ACCESS', { repository: 'owner/name' }],
    [404, { 'x-error-code': 'EntryNotFound' }, 'HUB_FILE_MISSING', { repository: 'owner/name', path: 'Q4/model.gguf' }],
    [404, { 'x-error-code': 'RepoNotFound' }, 'HUB_REPOSITORY_MISSING', { repository: 'owner/name' }],
  ])('status %i %j is %s', async (code, headers, expected, params) => {
    hub.fault(name, { status: { at: 'hub', code, headers } })
    await expect(connect().resolve(file)).rejects.toThrow(coded(expected, params))
  })

  test.each([
    [429, { 'retry-after': '7' }, 'HUB_BUSY', { seconds: 7 }],
    [429, {}, 'HUB_BUSY', { seconds: 60 }],
    [500, {}, 'HUB_FAILED', { status: 500 }],
    [418, {}, 'HUB_FAILED', { status: 418 }],
  ])('status %i %j is %s, with the host', async (code, headers, expected, params) => {
    hub.fault(name, { status: { at: 'hub', code, headers } })
    await expect(connect().resolve(file)).rejects.toThrow(coded(expected, { host: hostOf(hub.url), ...params }))
  })

  test.each([
    ['a loop', 'loop', 'too many redirects'],
    ['a redirect to nowhere', 'nowhere', '302 to nowhere'],
    ['another protocol', new URL('ftp://127.0.0.1/x'), '302 to ftp:'],
  ] as const)('%s ends', async (_what, redirect, status) => {
    hub.fault(name, { redirect })
    await expect(connect().resolve(file)).rejects.toThrow(coded('HUB_FAILED', { host: hostOf(hub.url), status }))
  })

  test('a hub that cannot be reached is named', async () => {
    const gone = await LocalHub.start()
    await gone.stop()
    await expect(connect({}, null, { hub: gone.url, proxy: null }).resolve(file)).rejects.toThrow(coded('HUB_UNREACHABLE', { host: hostOf(gone.url), detail: 'ECONNREFUSED' }))
    const noTls = connect({}, null, { hub: hub.url.replace('http:', 'https:'), proxy: null }).resolve(file)
    await expect(noTls).rejects.toThrow(expect.objectContaining({ code: 'HUB_UNREACHABLE', params: expect.objectContaining({ host: hostOf(hub.url) }) as object }))
    hub.fault(name, { bare: true, silent: true })
    patience = { answer: 300, silence: 300 }
    await expect(connect().resolve(file)).rejects.toThrow(coded('HUB_UNREACHABLE', { host: hostOf(hub.storeUrl), detail: 'timeout' }))
  })

  test('a hub with TLS is not left for one without', () => {
    const connection = new HubConnection(hubOptions({ hub: 'https://hub.invalid', proxy: null }, {}), null)
    const redirect = (location: string) => connection.redirectOf({ status: 302, headers: { location }, url: new URL('https://hub.invalid/x'), body: [] as never })
    expect(redirect('https://store.invalid/y')?.href).toBe('https://store.invalid/y')
    expect(redirect('/y')?.href).toBe('https://hub.invalid/y')
    expect(() => redirect('http://store.invalid/y')).toThrow(coded('HUB_FAILED', { host: 'hub.invalid', status: '302 to http:' }))
  })

  test('a caller who leaves is not told an error of the hub', async () => {
    const leave = new AbortController()
    const asked = connect().resolve(file, leave.signal)
    leave.abort()
    await expect(asked).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }))
  })
})

describe('the token', () => {
  test('opens what is gated, and goes to the hub alone', async () => {
    hub.token = 'secret'
    await expect(connect().resolve(file)).rejects.toThrow(coded('HUB_NEEDS_TOKEN', { repository: 'owner/name' }))
    const client = connect({}, 'secret')
    const remote = await client.resolve(file)
    const answer = await client.open(remote, { start: 0, end: 3, etag: null }, null)
    for await (const part of answer.body) expect(Buffer.from(part).toString()).toBe('some')
    expect(answer.url.host).toBe(hostOf(hub.storeUrl))
    expect(hub.seen.filter(({ at }) => at === 'hub').map(({ headers }) => headers['authorization'])).toEqual([undefined, 'Bearer secret', 'Bearer secret'])
    expect(hub.seen.filter(({ at }) => at === 'store').map(({ headers }) => headers['authorization'])).toEqual([undefined])
  })

  test('is kept where only its owner can read it; the environment comes first', async () => {
    const folder = temporaryFolder()
    try {
      const path = join(folder.path, 'data/hub-token')
      const token = new HubToken(path, {})
      expect(token.isSet).toBe(false)
      await token.change('hf_abc')
      if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600)
      expect(readFileSync(path, 'utf8')).toBe('hf_abc\n')
      expect(new HubToken(path, {}).read()).toBe('hf_abc')
      expect(new HubToken(path, { HF_TOKEN: ' hf_env ' }).read()).toBe('hf_env')
      await expect(token.change('two\nlines')).rejects.toThrow(expect.objectContaining({ code: 'BAD_INPUT' }))
      await token.change(null)
      expect(existsSync(path)).toBe(false)
      expect(token.isSet).toBe(false)
      await token.change(null)
    } finally {
      folder.remove()
    }
  })
})

describe('the way to the hub', () => {
  let proxy: ForwardProxy
  beforeEach(async () => (proxy = await ForwardProxy.start()))
  afterEach(async () => await proxy.stop())

  test.each([
    ['the settings', {}, true],
    ['HTTP_PROXY', { HTTP_PROXY: 'proxy' }, false],
    ['http_proxy', { http_proxy: 'proxy' }, false],
  ])('goes through the proxy of %s, to hub and store', async (_what, variables, inSettings) => {
    const address = `http://user:p%40ss@${proxy.host}`
    const environment = Object.fromEntries(Object.keys(variables).map((key) => [key, address]))
    const client = connect(environment, null, { hub: hub.url, proxy: inSettings ? address : null })
    const answer = await client.open(await client.resolve(file), { start: 0, end: 3, etag: null }, null)
    for await (const part of answer.body) expect(Buffer.from(part).toString()).toBe('some')
    expect(proxy.seen.map((address) => new URL(address).host)).toEqual([hostOf(hub.url), hostOf(hub.url), hostOf(hub.storeUrl)])
    expect(new Set(proxy.credentials)).toEqual(new Set([`Basic ${Buffer.from('user:p@ss').toString('base64')}`]))
    expect(hub.seen.every(({ headers }) => headers['proxy-authorization'] === undefined)).toBe(true)
  })

  test('goes through a tunnel to a hub with TLS', async () => {
    const client = connect({ HTTPS_PROXY: `http://${proxy.host}` }, null, { hub: hub.url.replace('http:', 'https:'), proxy: null })
    await expect(client.resolve(file)).rejects.toThrow(expect.objectContaining({ code: 'HUB_UNREACHABLE' }))
    expect(proxy.seen).toEqual([`CONNECT ${hostOf(hub.url)}`])
  })

  test('goes past the proxy where NO_PROXY says so', async () => {
    await connect({ HTTP_PROXY: `http://${proxy.host}`, NO_PROXY: '127.0.0.1' }).resolve(file)
    expect(proxy.seen).toEqual([])
  })

  test('a proxy that is not there is an unreachable hub', async () => {
    await proxy.stop()
    await expect(connect({ HTTP_PROXY: `http://${proxy.host}` }).resolve(file)).rejects.toThrow(expect.objectContaining({ code: 'HUB_UNREACHABLE' }))
    proxy = await ForwardProxy.start()
  })

  test('goes through a proxy that is named without a scheme, as curl does', async () => {
    await connect({ HTTP_PROXY: `user:pass@${proxy.host}` }).resolve(file)
    expect(proxy.seen.map((address) => new URL(address).host)).toEqual([hostOf(hub.url)])
    expect(proxy.credentials).toEqual([`Basic ${Buffer.from('user:pass').toString('base64')}`])
    const { httpProxy, httpsProxy } = hubOptions({ hub: null, proxy: null }, { HTTPS_PROXY: 'proxy:3128', HTTP_PROXY: '' })
    expect([httpProxy, httpsProxy]).toEqual(['', 'http://proxy:3128'])
  })

  test.each(['ftp://proxy:3128', 'socks5h://proxy', 'proxy:port', 'me:secret@proxy:99999', 'http://me:secret%zz@proxy', '://'])('%s is no proxy, and its password is not told', (address) => {
    const host = address.includes('secret') ? address.slice(address.indexOf('@') + 1) : address
    for (const name of ['HTTP_PROXY', 'https_proxy']) expect(() => connect({ [name]: address })).toThrow(coded('HUB_UNREACHABLE', { host, detail: 'not a proxy address' }))
  })

  test('leads to the mirror of the settings, else of the environment, else to the hub everybody knows', () => {
    const base = (settings: string | null, environment: object) => hubOptions({ hub: settings, proxy: null }, { ...environment }).base.href
    expect(base(null, {})).toBe('https://huggingface.co/')
    expect(base(null, { HF_ENDPOINT: 'https://mirror.invalid/hf/' })).toBe('https://mirror.invalid/hf')
    expect(base('http://mine.invalid', { HF_ENDPOINT: 'https://mirror.invalid' })).toBe('http://mine.invalid/')
    expect(() => base(null, { HF_ENDPOINT: 'mirror' })).toThrow(coded('HUB_UNREACHABLE', { host: 'mirror', detail: 'not a web address' }))
  })

  test('keeps the path of a mirror', async () => {
    await expect(connect({}, null, { hub: `${hub.url}/hf`, proxy: null }).resolve(file)).rejects.toThrow(expect.objectContaining({ code: 'HUB_REPOSITORY_MISSING' }))
    expect(hub.seen[0]?.url).toBe('/hf/owner/name/resolve/main/Q4/model.gguf')
  })
})

describe('the listing of a repository', () => {
  test('holds models and projectors, split models as one file', async () => {
    for (const part of [1, 2]) hub.put(`list/one/big-0000${part}-of-00002.gguf`, Buffer.alloc(part * 10))
    hub.put('list/one/half-00001-of-00002.gguf', Buffer.alloc(5))
    hub.put('list/one/sub/mmproj-model-f16.gguf', Buffer.alloc(7))
    hub.put('list/one/README.md', Buffer.alloc(3), { lfs: false })
    expect(await connect().list('list/one', 'main')).toEqual({
      repository: 'list/one', commit: hub.commit, gated: false,
      files: [
        { path: 'big-00001-of-00002.gguf', bytes: 30, role: 'model' },
        { path: 'sub/mmproj-model-f16.gguf', bytes: 7, role: 'projector' },
      ],
    })
    expect(hub.seen[0]?.url).toBe('/api/models/list/one/revision/main?blobs=true')
  })

  test('says what keeps it from being had', async () => {
    await expect(connect().list('no/body', 'v1')).rejects.toThrow(coded('HUB_REPOSITORY_MISSING', { repository: 'no/body@v1' }))
    hub.token = 'secret'
    await expect(connect().list('owner/name', 'main')).rejects.toThrow(coded('HUB_NEEDS_TOKEN', { repository: 'owner/name' }))
    expect(await connect({}, 'secret').list('owner/name', 'main')).toMatchObject({ gated: true })
  })
})

test('names of parts', () => {
  expect(splitName('a/m-00002-of-00010.gguf')).toEqual({ stem: 'a/m', part: 2, parts: 10 })
  for (const path of ['m.gguf', 'm-00001-of-00001.gguf', 'm-00003-of-00002.gguf', 'm-00000-of-00002.gguf', 'm-1-of-2.gguf']) {
    expect(splitName(path)).toBeNull()
    expect(partsOf(path)).toEqual([path])
  }
  expect(partsOf('m-00002-of-00003.gguf')).toEqual(['m-00001-of-00003.gguf', 'm-00002-of-00003.gguf', 'm-00003-of-00003.gguf'])
})

test('pauses are asked for in seconds or as a date', () => {
  const now = Date.parse('2026-11-25T00:00:00Z')
  expect(retryAfter({ 'retry-after': '12' }, now)).toBe(12)
  expect(retryAfter({ 'retry-after': 'Wed, 25 Nov 2026 00:00:30 GMT' }, now)).toBe(30)
  expect(retryAfter({ 'retry-after': 'Tue, 24 Nov 2026 00:00:00 GMT' }, now)).toBe(0)
  expect(retryAfter({ 'retry-after': 'soon' }, now)).toBeNull()
  expect(retryAfter({}, now)).toBeNull()
})
