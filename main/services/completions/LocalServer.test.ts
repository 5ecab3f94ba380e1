import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { ServerState } from '../../contract/domains/server.ts'
import { AppError } from '../../contract/errors/AppError.ts'
import { temporaryFolder } from '../../platform/testing.ts'
import type { ServicePorts } from '../ports.ts'
import { testServices } from '../testing/testServices.ts'
import { ApiToken } from './ApiToken.ts'
import type { OpenServer } from './LocalServer.ts'

let folder: ReturnType<typeof temporaryFolder>
beforeEach(() => (folder = temporaryFolder()))
afterEach(() => folder.remove())

/** Ports that are in use, and what was opened and closed. */
function fakePorts(): { open: OpenServer; taken: Set<number>; happened: string[] } {
  const taken = new Set<number>()
  const happened: string[] = []
  const open: OpenServer = ({ port }) => {
    if (taken.has(port)) return Promise.reject(new AppError('PORT_IN_USE', { port }))
    happened.push(`open ${port}`)
    return Promise.resolve({ port, close: () => Promise.resolve(void happened.push(`close ${port}`)) })
  }
  return { open, taken, happened }
}

const start = async (more: Partial<ServicePorts>) => (await testServices(folder.path, more)).services

test('is off until the settings turn it on, follows them, and ends with the app', async () => {
  const { open, happened } = fakePorts()
  const services = await start({ openServer: open })
  expect(services.server.state).toEqual({ state: 'off' })
  services.settings.change({ server: { enabled: true, port: 5000 } })
  await services.server.follow()
  expect(services.server.state).toEqual({ state: 'running', port: 5000, address: 'http://127.0.0.1:5000/v1' })
  services.settings.change({ theme: 'dark' })
  services.settings.change({ server: { enabled: true, port: 5001 } })
  services.settings.change({ server: { enabled: false, port: 5001 } })
  services.settings.change({ server: { enabled: true, port: 5002 } })
  await services.server.follow()
  expect(happened).toEqual(['open 5000', 'close 5000', 'open 5002'])
  await services.dispose()
  expect(happened.at(-1)).toBe('close 5002')
  const again = await start({ openServer: open })
  await again.server.follow()
  expect(again.server.state).toMatchObject({ state: 'running', port: 5002 })
  await again.dispose()
})

test('a port that is in use is the state, until another one or a second try works', async () => {
  const { open, taken, happened } = fakePorts()
  taken.add(5000)
  const services = await start({ openServer: open })
  services.settings.change({ server: { enabled: true, port: 5000 } })
  await services.server.follow()
  expect(services.server.state).toEqual({ state: 'failed', error: { code: 'PORT_IN_USE', params: { port: 5000 } } })
  taken.clear()
  await services.server.follow()
  expect(services.server.state.state).toBe('failed')
  await services.server.retry()
  expect(services.server.state.state).toBe('running')
  await services.server.retry()
  expect(happened).toEqual(['open 5000'])
  await services.dispose()
})

test('every state is told, the present one first', async () => {
  const { open } = fakePorts()
  const services = await start({ openServer: open })
  const told: ServerState['state'][] = []
  const leaving = new AbortController()
  const watching = (async () => {
    for await (const { state } of services.server.watch(leaving.signal)) told.push(state)
  })()
  await expect.poll(() => told).toEqual(['off'])
  services.settings.change({ server: { enabled: true, port: 5000 } })
  await expect.poll(() => told.at(-1)).toBe('running')
  leaving.abort()
  await watching
  await services.dispose()
})

test('a host without a server says so', async () => {
  const services = await start({})
  services.settings.change({ server: { enabled: true, port: 5000 } })
  await services.server.follow()
  expect(services.server.state).toMatchObject({ state: 'failed', error: { code: 'UNSUPPORTED_HERE' } })
  await services.dispose()
})

test('the command line decides over the settings, and keeps nothing', async () => {
  const { open } = fakePorts()
  const services = await start({ openServer: open, forcedServer: { port: 6000, token: 'given on the line' } })
  await services.server.follow()
  expect(services.server.state).toMatchObject({ state: 'running', port: 6000 })
  expect(services.settings.get().server).toEqual({ enabled: false, port: 4141 })
  expect(await services.server.token()).toBe('given on the line')
  await expect(services.server.renewToken()).rejects.toMatchObject({ code: 'UNSUPPORTED_HERE' })
  await services.dispose()
})

test('the token stays, is its owner\'s alone, and a new one takes its place at once', async () => {
  const path = join(folder.path, 'api-token')
  const token = new ApiToken(path)
  expect(token.read()).toBeNull()
  const first = await token.ensure()
  expect(first).toMatch(/^llava-[\w-]{43}$/)
  expect(await new ApiToken(path).ensure()).toBe(first)
  if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600)
  const second = await new ApiToken(path).renew()
  expect(second).not.toBe(first)
  expect(token.read()).toBe(second)
  expect(readFileSync(path, 'utf8')).toBe(`${second}\n`)
  writeFileSync(path, 'short\n')
  expect(token.read()).toBeNull()
})

test('lets nobody in from the moment another process turns it off, and ends soon after', async () => {
  let token: (() => string | null) | null = null
  const { open, happened } = fakePorts()
  const services = await start({
    openServer: async (options) => {
      token = options.token
      return await open(options)
    },
  })
  services.settings.change({ server: { enabled: true, port: 5000 } })
  await services.server.follow()
  const isShut = () => token?.() === null
  expect(isShut()).toBe(false)
  const other = await start({ openServer: fakePorts().open })
  const told = services.events.subscribe(AbortSignal.timeout(20_000))
  const next = told.next()
  other.settings.change({ server: { enabled: false, port: 5000 } })
  expect(isShut()).toBe(true)
  expect((await next).value).toEqual({ type: 'settingsChanged' })
  await expect.poll(() => happened, { timeout: 20_000 }).toEqual(['open 5000', 'close 5000'])
  expect(services.server.state).toEqual({ state: 'off' })
  await told.return()
  await other.dispose()
  await services.dispose()
})
