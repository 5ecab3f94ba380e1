import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { LocalHub } from '../../../bench/hub/LocalHub.ts'
import { dataPaths } from '../../platform/paths.ts'
import { silentLogger } from '../../platform/log.ts'
import { temporaryFolder } from '../../platform/testing.ts'
import { Store } from '../../storage/Store.ts'
import { HubClient } from '../hub/HubClient.ts'
import { hubOptions } from '../hub/hubOptions.ts'
import { testServices } from '../testing/testServices.ts'
import { isForcedOffline, Ledger } from './Ledger.ts'

const bytes = Buffer.alloc(100_000, 'm')
const address = { repository: 'owner/name', revision: 'main', path: 'model.gguf' }
const pathname = '/owner/name/resolve/main/model.gguf'

let hub: LocalHub
let folder: ReturnType<typeof temporaryFolder>
let store: Store
let ledger: Ledger
let client: HubClient
let offline: boolean, now: number

beforeAll(async () => (hub = await LocalHub.start()))
afterAll(async () => await hub.stop())

beforeEach(() => {
  hub.put('owner/name/model.gguf', bytes)
  hub.seen.length = 0
  folder = temporaryFolder()
  store = new Store(dataPaths(folder.path))
  offline = false
  now = 1_000_000_000_000
  ledger = new Ledger({ store, offline: () => offline, environment: {}, logger: silentLogger, now: () => now })
  client = new HubClient(hubOptions({ hub: hub.url, proxy: null }, {}), null, { outbound: ledger })
})

afterEach(async () => {
  await client.dispose()
  store.dispose()
  folder.remove()
})

async function fetchAll(): Promise<number> {
  const answer = await client.open(await client.resolve(address), { start: 0, end: bytes.length - 1, etag: null }, null)
  let received = 0
  for await (const piece of answer.body) received += piece.byteLength
  return received
}

test('notes every request the hub and its store saw, with what came back', async () => {
  expect(await fetchAll()).toBe(bytes.length)
  await client.list('owner/name', 'main')
  const { connections } = ledger.list()
  const storeHost = new URL(hub.storeUrl).host, hubHost = new URL(hub.url).host
  expect(connections.reduce((sum, { requests }) => sum + requests, 0)).toBe(hub.seen.length)
  expect(connections).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ host: hubHost, purpose: 'lookup', path: pathname, bytes: 0, result: 'done' }),
      expect.objectContaining({ host: storeHost, purpose: 'download', bytes: bytes.length, result: 'done', requests: 1 }),
      expect.objectContaining({ host: hubHost, purpose: 'listing', result: 'done', status: 200 }),
    ]),
  )
  expect(JSON.stringify(connections)).not.toMatch(/[?&]/)
})

test('offline nothing reaches the hub, and the refusal is noted', async () => {
  offline = true
  await expect(client.resolve(address)).rejects.toMatchObject({ code: 'OFFLINE', params: { host: new URL(hub.url).host } })
  await expect(client.list('owner/name', 'main')).rejects.toMatchObject({ code: 'OFFLINE' })
  expect(hub.seen).toEqual([])
  expect(ledger.list().connections).toMatchObject([{ result: 'refused', status: null }, { result: 'refused', status: null }])
})

test('going offline ends what is under way', async () => {
  const file = await client.resolve(address)
  hub.fault('owner/name/model.gguf', { breakAfter: { bytes: 1000, how: 'stall' } })
  const reading = (async () => {
    const answer = await client.open(file, { start: 0, end: bytes.length - 1, etag: null }, null)
    for await (const piece of answer.body) {
      offline = piece.byteLength > 0
      ledger.follow()
    }
  })()
  await expect(reading).rejects.toMatchObject({ code: 'OFFLINE', params: { host: new URL(hub.storeUrl).host } })
  expect(ledger.list().connections.find(({ purpose }) => purpose === 'download')).toMatchObject({ result: 'cut', bytes: 1000 })
})

test('requests to one address within an hour are one entry, and the oldest entries leave', async () => {
  await client.resolve(address)
  now += 60_000
  await client.resolve(address)
  expect(ledger.list().connections).toMatchObject([{ requests: 2, at: 1_000_000_000_000, lastAt: now }])
  now += 2 * 60 * 60 * 1000
  await client.resolve(address)
  expect(ledger.list().connections).toHaveLength(2)
  for (let index = 0; index < 2100; index += 1) store.connections.begin({ host: 'h', purpose: 'lookup', path: `/${index}` }, 'done', now)
  expect(ledger.list().connections).toHaveLength(2000)
  expect(ledger.clear().connections).toEqual([])
})

test('the services hand everything that asks the hub to the ledger, and follow the setting at once', async () => {
  const root = temporaryFolder()
  const { services } = await testServices(root.path, { environment: { HF_ENDPOINT: hub.url } })
  await services.library.repository('owner/name', 'main')
  expect(services.ledger.list()).toMatchObject({ forcedOffline: false, connections: [{ purpose: 'listing', result: 'done' }] })
  services.settings.change({ offline: true })
  await expect(services.library.repository('owner/name', 'main')).rejects.toMatchObject({ code: 'OFFLINE' })
  expect(hub.seen).toHaveLength(1)
  await services.dispose()
  const forced = await testServices(root.path, { environment: { HF_ENDPOINT: hub.url, LLAVA_DESK_OFFLINE: '1' } })
  forced.services.settings.change({ offline: false })
  await expect(forced.services.library.repository('owner/name', 'main')).rejects.toMatchObject({ code: 'OFFLINE' })
  await forced.services.dispose()
  root.remove()
})

test.each([
  [{}, false],
  [{ LLAVA_DESK_OFFLINE: '1' }, true],
  [{ LLAVA_DESK_OFFLINE: '0' }, false],
  [{ LLAVA_DESK_OFFLINE: ' false ' }, false],
])('%o keeps the app offline: %s', (environment, forced) => expect(isForcedOffline(environment)).toBe(forced))

test('what a request under way still brings is booked on no other one after the ledger was cleared', () => {
  const before = ledger.begin('GET', new URL('https://before.example/a'))
  ledger.clear()
  const after = ledger.begin('GET', new URL('https://after.example/b'))
  before.end(200, 5000, 'done')
  expect(ledger.list().connections).toMatchObject([{ host: 'after.example', bytes: 0, result: 'open' }])
  after.end(200, 7, 'done')
  expect(ledger.list().connections).toMatchObject([{ host: 'after.example', bytes: 7, result: 'done' }])
})
