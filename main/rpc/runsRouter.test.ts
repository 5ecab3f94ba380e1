import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/message-port'
import type { ContractRouterClient } from '@orpc/contract'
import { implement } from '@orpc/server'
import { RPCHandler } from '@orpc/server/message-port'
import { MessageChannel } from 'node:worker_threads'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { runsApi } from '../contract/extraction.ts'
import { temporaryFolder } from '../platform/testing.ts'
import { documentOf } from '../services/runs/testing/fakeDocuments.ts'
import { RunBench } from '../services/runs/testing/RunBench.ts'
import { runsRouter } from './runsRouter.ts'

let folder: ReturnType<typeof temporaryFolder>
let bench: RunBench
let channel: MessageChannel
let client: ContractRouterClient<{ runs: typeof runsApi }>

beforeEach(() => {
  folder = temporaryFolder()
  bench = new RunBench(folder.path)
  // As `implementApi` does it with the whole contract.
  const os = implement({ runs: runsApi }).use(async ({ next }) => await next())
  const router = os.router({ runs: runsRouter({ os: os.runs, stream: (_path, source) => source }, bench.services) })
  channel = new MessageChannel()
  new RPCHandler(router).upgrade(channel.port1)
  client = createORPCClient(new RPCLink({ port: channel.port2 }))
  channel.port1.start()
  channel.port2.start()
})
afterEach(async () => {
  channel.port1.close()
  channel.port2.close()
  await bench.dispose()
  folder.remove()
})

test('every route answers as the contract has it', async () => {
  const { runs } = client
  const { id } = await runs.create({ templateId: 'test', name: ' Mine ' })
  expect(await runs.pause({ id })).toMatchObject({ name: 'Mine', state: 'paused' })
  expect(await runs.addPaths({ id, paths: [bench.file('a', documentOf('a1 unsure', 'a2')), bench.file('b', '')] })).toEqual({ added: 2 })
  expect(await runs.addFile({ id, file: new Blob([documentOf('c1', 'c2')]), name: 'c', pages: '2' })).toEqual({ added: 1 })
  const [a, b] = (await runs.items({ id })).items
  expect(await runs.move({ item: b!.id, before: a!.id })).toEqual({})
  expect(await runs.removeItem({ item: b!.id })).toEqual({})
  expect(await runs.setWatched({ id, folder: bench.folder })).toMatchObject({ watched: bench.folder })
  expect(await runs.setWatched({ id, folder: null })).toMatchObject({ watched: null })
  bench.services.goOn()
  expect(await runs.resume({ id })).toMatchObject({ state: 'running' })
  for await (const [run] of await runs.watch()) if (run?.state === 'done') break
  expect((await runs.items({ id })).items.map(({ name, page, state }) => [name, page, state])).toEqual([['a', 1, 'done'], ['a', 2, 'done'], ['c', 2, 'done']])
  const { records, total } = await runs.records({ id, from: 0, count: 2 })
  expect([records.length, total]).toEqual([2, 3])
  const [record] = records
  expect(await runs.review({ record: record!.id, field: 'total', review: { state: 'accepted' } })).toMatchObject({ reviews: { total: { state: 'accepted' } } })
  expect(await runs.setThreshold({ id, threshold: 1 })).toMatchObject({ threshold: 1, toReview: 5 })
  expect(await runs.readAgain({ record: record!.id, fields: ['text'], region: { x: 0, y: 0, width: 1, height: 1 } })).toMatchObject({ id: record!.id })
  expect(await runs.page({ item: a!.id })).toMatchObject({ width: 100, height: 100 })
  expect(await runs.retry({ id })).toEqual({})
  const exported = await runs.export({ id, options: { format: 'csv', locale: 'en' } })
  expect([exported.name, exported.file.size > 0]).toEqual(['Mine.csv', true])
  expect(await runs.remove({ id })).toEqual({})
  expect(await runs.restore({ id })).toMatchObject({ id, state: 'done' })
})
